// Command probe is the content of a pod for tests and first experiments: a web
// server that tells its name, and small commands that look at the cluster from
// inside a pod. It is static, so that any image and any node can run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const usage = `usage:
  probe serve [-listen ADDRESS]         answer HTTP with this machine's name; also /healthz, /remote, /read?file=PATH
  probe http [-timeout D] URL           print the body; fails above status 399
  probe tcp [-timeout D] HOST:PORT      connect, print nothing
  probe dns [-timeout D] [-server ADDRESS:PORT] NAME   print the addresses
  probe write FILE TEXT                 write, and reach the disk
  probe read FILE                       print
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"serve"}
	}
	if err := run(ctx, args[0], args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "probe %s: %v\n", args[0], err)
		os.Exit(1)
	}
}

var errUsage = errors.New("wrong arguments\n" + usage)

func run(ctx context.Context, command string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	timeout := flags.Duration("timeout", 5*time.Second, "")
	listen := flags.String("listen", ":8080", "")
	server := flags.String("server", "", "")
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	args = flags.Args()
	wanted, known := map[string]int{"serve": 0, "http": 1, "tcp": 1, "dns": 1, "write": 2, "read": 1}[command]
	if !known || len(args) != wanted {
		return errUsage
	}
	if command == "serve" {
		return serve(ctx, *listen)
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	switch command {
	case "http":
		return get(ctx, args[0], out)
	case "tcp":
		return connect(ctx, args[0])
	case "dns":
		return lookup(ctx, *server, args[0], out)
	case "write":
		return write(args[0], args[1])
	default:
		return read(args[0], out)
	}
}

func serve(ctx context.Context, address string) error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, name) })
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/remote", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, r.RemoteAddr) })
	mux.HandleFunc("/read", func(w http.ResponseWriter, r *http.Request) {
		if err := read(r.URL.Query().Get("file"), w); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
		}
	})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	httpServer := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = httpServer.Close() })
	if err := httpServer.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func get(ctx context.Context, url string, out io.Writer) error {
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(out, response.Body); err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return errors.New(response.Status)
	}
	return nil
}

func connect(ctx context.Context, address string) error {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}

func lookup(ctx context.Context, server, name string, out io.Writer) error {
	resolver := &net.Resolver{PreferGo: true}
	if server != "" {
		resolver.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server)
		}
	}
	addresses, err := resolver.LookupHost(ctx, name)
	if err != nil {
		return err
	}
	for _, address := range addresses {
		fmt.Fprintln(out, address)
	}
	return nil
}

func write(path, text string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	return errors.Join(err, file.Sync(), file.Close())
}

func read(path string, out io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(out, file)
	return err
}
