// Command images writes the container images of a cluster as OCI archives, from
// programs that were built beside it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// registry is the host in the images' names. No such host exists: nodes have
// the images already, and must never look for them elsewhere.
const registry = "registry.openpks.internal/"

func main() {
	programs := flag.String("programs", "", "folder with the programs coredns, metrics-server, pause, probe and busybox")
	out := flag.String("out", "", "folder to write the archives to")
	flag.Parse()
	if err := run(*programs, *out); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(programs, out string) error {
	if programs == "" || out == "" {
		return errors.New("-programs and -out are required")
	}
	all, err := catalogue(programs)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, one := range all {
		base, _, _ := strings.Cut(filepath.Base(one.name), ":")
		if err := save(one, filepath.Join(out, base+".tar")); err != nil {
			return err
		}
		fmt.Println(one.name)
	}
	return nil
}

func save(one image, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(one.write(file), file.Close())
}

// catalogue lists the images that every cluster has.
func catalogue(programs string) ([]image, error) {
	program := func(name string) source { return source{disk: filepath.Join(programs, name)} }
	base := func(files map[string]source) map[string]source {
		files["/etc/passwd"] = source{text: "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"}
		files["/etc/group"] = source{text: "root:x:0:\nnobody:x:65534:\n"}
		files["/tmp/.keep"] = source{}
		return files
	}
	shell := map[string]source{"/bin/busybox": program("busybox"), "/bin/probe": program("probe")}
	applets, err := exec.Command(filepath.Join(programs, "busybox"), "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("list the applets of busybox: %w", err)
	}
	for _, applet := range strings.Fields(string(applets)) {
		switch applet {
		case "busybox", "wget", "nslookup": // The last two crash in a static binary on glibc; probe does their work.
		default:
			shell["/bin/"+applet] = source{link: "busybox"}
		}
	}
	return []image{
		{name: registry + "pause:3.10", files: map[string]source{"/pause": program("pause")}, entrypoint: []string{"/pause"}, user: "65534:65534"},
		{name: registry + "coredns:1.15.0", files: base(map[string]source{"/coredns": program("coredns")}), entrypoint: []string{"/coredns"}, ports: []int{53}},
		{name: registry + "metrics-server:0.9.0", files: base(map[string]source{"/metrics-server": program("metrics-server")}), entrypoint: []string{"/metrics-server"}, user: "65534:65534", ports: []int{10250}},
		{name: registry + "probe:1", files: base(shell), entrypoint: []string{"/bin/probe"}, ports: []int{8080}},
	}, nil
}
