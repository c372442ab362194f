package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	enrollPath  = "/v1/node-certificates"
	enrollLimit = 64 << 10              // Bytes of a request or a reply; real ones have some 4000.
	retryEvery  = 50 * time.Millisecond // At first, while a start is most likely to be over soon.
	retryFast   = 15 * time.Second
	retryLater  = 500 * time.Millisecond
)

// roles are the certificates of a worker at an address. The address is the one
// the request came from, so that a worker can never ask for another's.
func roles(address string) map[string]leaf {
	return map[string]leaf{
		"kubelet-client": {CommonName: "system:node:" + address, Organizations: []string{"system:nodes"}, Client: true},
		"kubelet-server": {CommonName: "system:node:" + address, Organizations: []string{"system:nodes"}, Names: []string{address}, Server: true},
		"kube-proxy":     {CommonName: "system:kube-proxy", Client: true},
		"flanneld":       {CommonName: "flanneld", Client: true},
	}
}

// enrollment is both the request (certificate requests) and the reply
// (certificates), PEM by role.
type enrollment struct {
	Roles map[string]string `json:"roles"`
}

// serve answers workers until it is told to end.
func serve(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	listen := flags.String("listen", "", "HOST:PORT to listen on")
	base := flags.String("certificate", "", "this server's certificate and key, without .pem and .key")
	caFile := flags.String("ca", "", "authority that signs")
	keyFile := flags.String("ca-key", "", "its key")
	tokenFile := flags.String("token-file", "", "secret that workers know")
	etcd := flags.String("etcd-data", "", "folder of this machine's etcd member")
	days := flags.Int("validity-days", 365, "life of the certificates")
	if err := flags.Parse(args); err != nil {
		return err
	}
	signer, err := readAuthority(*caFile, *keyFile)
	if err != nil {
		return err
	}
	token, err := readToken(*tokenFile)
	if err != nil {
		return err
	}
	own, err := tls.LoadX509KeyPair(*base+".pem", *base+".key")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST "+enrollPath, &registrar{signer, token, time.Duration(*days) * 24 * time.Hour, time.Now})
	mux.Handle("GET "+formedPath, formedHandler(token, *etcd))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	server := &http.Server{
		Addr: *listen, Handler: mux,
		TLSConfig:   &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS13},
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		// A worker that polls before it may is no event for an operator.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServeTLS("", ""); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// registrar signs for whoever knows the token, in the name of the address that
// asks.
type registrar struct {
	signer   *authority
	token    string
	validity time.Duration
	now      func() time.Time
}

func (r *registrar) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if !knows(request, r.token) {
		http.Error(w, "wrong token", http.StatusUnauthorized)
		return
	}
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		http.Error(w, "no address", http.StatusBadRequest)
		return
	}
	var asked enrollment
	if err := json.NewDecoder(http.MaxBytesReader(w, request.Body, enrollLimit)).Decode(&asked); err != nil {
		http.Error(w, "broken request", http.StatusBadRequest)
		return
	}
	allowed := roles(host)
	reply := enrollment{Roles: map[string]string{}}
	for role, text := range asked.Roles {
		leaf, ok := allowed[role]
		if !ok {
			http.Error(w, "unknown role", http.StatusBadRequest)
			return
		}
		public, err := publicKey(text)
		if err != nil {
			http.Error(w, role+": "+err.Error(), http.StatusBadRequest)
			return
		}
		certificate, err := r.signer.sign(public, leaf, r.validity, r.now())
		if err != nil {
			log.Printf("Cannot sign for %s: %v", host, err)
			http.Error(w, "cannot sign", http.StatusInternalServerError)
			return
		}
		reply.Roles[role] = string(certificate)
	}
	log.Printf("Gave %s %d certificates", host, len(reply.Roles))
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(reply); err != nil {
		log.Printf("Cannot answer %s: %v", host, err)
	}
}

func knows(request *http.Request, token string) bool {
	given := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	return subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
}

// formedHandler tells other masters whether this one was ever part of an etcd
// cluster: 200 or 404.
func formedHandler(token, data string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		switch {
		case !knows(request, token):
			http.Error(w, "wrong token", http.StatusUnauthorized)
		case exists(formedFile(data)):
			fmt.Fprintln(w, "formed")
		default:
			http.Error(w, "not formed", http.StatusNotFound)
		}
	})
}

// publicKey takes nothing but the key from a certificate request, whose
// signature proves that the sender holds its other half.
func publicKey(text string) (any, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM text")
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, errors.New("no certificate request")
	}
	if err := request.CheckSignature(); err != nil {
		return nil, errors.New("wrong signature")
	}
	return request.PublicKey, nil
}

// enroll gets this worker's certificates, unless fresh ones of the signing
// authority and the latest rotation are there. It asks the masters in turn until
// one answers. While the authority changes one may still sign by the earlier
// one, which is as good: the next start asks again.
func enroll(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("enroll", flag.ContinueOnError)
	servers := flags.String("servers", "", "HOST:PORT of the masters, separated by commas")
	caFile := flags.String("ca", "", "authorities of the masters and of the certificates")
	signerFile := flags.String("signer", "", "the one of them that signs")
	rotationFile := flags.String("rotation", "", "file whose text changes whenever certificates are to be made anew")
	tokenFile := flags.String("token-file", "", "secret that proves membership")
	address := flags.String("address", "", "this worker's address")
	folder := flags.String("out", "", "folder for the certificates")
	timeout := flags.Duration("timeout", 10*time.Minute, "how long to try")
	if err := flags.Parse(args); err != nil {
		return err
	}
	roots, err := readRoots(*caFile)
	if err != nil {
		return err
	}
	signer, err := readRoots(*signerFile)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(*rotationFile)
	if err != nil {
		return err
	}
	rotation, done := strings.TrimSpace(string(text)), filepath.Join(*folder, "rotation")
	if wasRotated(done, rotation) && enrolled(*folder, *address, signer, time.Now()) {
		return nil
	}
	token, err := readToken(*tokenFile)
	if err != nil {
		return err
	}
	keys := map[string][]byte{}
	ask := enrollment{Roles: map[string]string{}}
	for role := range roles(*address) {
		key, keyText, err := newKey()
		if err != nil {
			return err
		}
		der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
		if err != nil {
			return fmt.Errorf("make certificate request: %w", err)
		}
		keys[role] = keyText
		ask.Roles[role] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
	}
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	client := &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13},
			DialContext:     (&net.Dialer{Timeout: time.Second, LocalAddr: localAddress(*address)}).DialContext,
		},
	}
	var got enrollment
	err = retry(ctx, *timeout, func(ctx context.Context) error {
		var failures []error
		for server := range strings.SplitSeq(*servers, ",") {
			if got, err = request(ctx, client, "https://"+server+enrollPath, token, body); err == nil {
				return nil
			}
			failures = append(failures, err)
		}
		return errors.Join(failures...)
	})
	if err != nil {
		return err
	}
	for role, key := range keys {
		if err := writePair(filepath.Join(*folder, role), []byte(got.Roles[role]), key); err != nil {
			return err
		}
	}
	if !enrolled(*folder, *address, roots, time.Now()) {
		return fmt.Errorf("the certificates given are not for %s", *address)
	}
	return noteRotation(done, rotation)
}

func enrolled(folder, address string, roots *x509.CertPool, now time.Time) bool {
	for role, leaf := range roles(address) {
		if present, ok := usable(filepath.Join(folder, role), roots, now); !ok || !leaf.covers(present) {
			return false
		}
	}
	return true
}

// localAddress makes requests come from the address that the certificates
// shall name, on machines that have several.
func localAddress(address string) net.Addr {
	if ip := net.ParseIP(address); ip != nil {
		return &net.TCPAddr{IP: ip}
	}
	return nil
}

func request(ctx context.Context, client *http.Client, url, token string, body []byte) (enrollment, error) {
	var got enrollment
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	post.Header.Set("Authorization", "Bearer "+token)
	post.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(post)
	if err != nil {
		return got, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, enrollLimit))
	if err != nil {
		return got, err
	}
	if answer.StatusCode != http.StatusOK {
		return got, fmt.Errorf("%s answered %s: %s", url, answer.Status, bytes.TrimSpace(text))
	}
	return got, json.Unmarshal(text, &got)
}

// retry calls do until it succeeds, and returns its last failure when time is
// over.
func retry(ctx context.Context, timeout time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	begin := time.Now()
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		pause := retryEvery
		if time.Since(begin) > retryFast {
			pause = retryLater
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("gave up after %s: %w", time.Since(begin).Round(time.Second), err)
		case <-time.After(pause):
		}
	}
}

func readToken(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	if len(token) < 20 {
		return "", fmt.Errorf("the token in %s is too short", file)
	}
	return token, nil
}
