package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func example(t *testing.T) image {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("binary"), 0o600); err != nil {
		t.Fatal(err)
	}
	return image{
		name: "registry.example/one:2", entrypoint: []string{"/bin/program"}, user: "65534:65534", ports: []int{53},
		files: map[string]source{
			"/bin/program": {disk: program}, "/bin/alias": {link: "program"},
			"/etc/passwd": {text: "root"}, "/tmp/.keep": {},
		},
	}
}

func contents(t *testing.T, archive []byte) (names []string, files map[string][]byte) {
	t.Helper()
	files = map[string][]byte{}
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return names, files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, fmt.Sprintf("%s %o %s", header.Name, header.Mode, header.Linkname))
		files[header.Name] = content
	}
}

func TestAnArchiveIsAnOCILayoutWhoseDigestsHold(t *testing.T) {
	var first, second bytes.Buffer
	one := example(t)
	if err := errors.Join(one.write(&first), one.write(&second)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same image gave other bytes")
	}
	_, files := contents(t, first.Bytes())
	blob := func(d descriptor) []byte {
		content := files["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
		if got := fmt.Sprintf("sha256:%x", sha256.Sum256(content)); got != d.Digest || int64(len(content)) != d.Size {
			t.Errorf("blob %s of %d bytes has digest %s and %d bytes", d.Digest, d.Size, got, len(content))
		}
		return content
	}
	read := func(content []byte, into any) {
		if err := json.Unmarshal(content, into); err != nil {
			t.Fatal(err)
		}
	}
	var index struct{ Manifests []descriptor }
	read(files["index.json"], &index)
	if got := index.Manifests[0].Annotations["io.containerd.image.name"]; got != one.name {
		t.Errorf("name %s", got)
	}
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	read(blob(index.Manifests[0]), &manifest)
	var config struct {
		Config struct {
			Entrypoint []string
			User       string
		}
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	read(blob(manifest.Config), &config)
	if !slices.Equal(config.Config.Entrypoint, one.entrypoint) || config.Config.User != one.user || config.Rootfs.DiffIDs[0] != manifest.Layers[0].Digest {
		t.Errorf("config %+v", config)
	}
	names, _ := contents(t, blob(manifest.Layers[0]))
	want := []string{"bin 755 ", "bin/alias 777 program", "bin/program 755 ", "etc 755 ", "etc/passwd 644 ", "tmp 1777 ", "tmp/.keep 644 "}
	if !slices.Equal(names, want) {
		t.Errorf("layer %q, want %q", names, want)
	}
}

func TestFailsWithoutAProgram(t *testing.T) {
	one := example(t)
	one.files["/bin/missing"] = source{disk: "/does/not/exist"}
	if err := one.write(io.Discard); err == nil || !strings.Contains(err.Error(), one.name) {
		t.Errorf("got %v", err)
	}
}
