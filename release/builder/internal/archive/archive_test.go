package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// folder makes the same files in the given order.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("content of "+name), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(filepath.Join(root, names[0]), 0o644), os.Symlink("b/tool", filepath.Join(root, "link"))); err != nil {
		t.Fatal(err)
	}
	return root
}

func bytesOf(t *testing.T, root string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.tgz")
	if err := Write(path, []Entry{{Name: "MF", Content: []byte("first")}, {Name: ".", Disk: root}}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestTheSameFilesGiveTheSameBytes(t *testing.T) {
	one, two := folder(t, "a", "b/tool", "c"), folder(t, "c", "b/tool", "a")
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(two, "a"), old, old); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytesOf(t, one), bytesOf(t, two)) {
		t.Error("archives differ by order or time of creation")
	}
}

func TestKeepsLinksAndExecutableBits(t *testing.T) {
	root := folder(t, "a", "b/tool")
	if err := os.Chmod(filepath.Join(root, "b/tool"), 0o755); err != nil {
		t.Fatal(err)
	}
	zipped, err := gzip.NewReader(bytes.NewReader(bytesOf(t, root)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for reader := tar.NewReader(zipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		switch {
		case header.Linkname != "":
			got = append(got, header.Name+" -> "+header.Linkname)
		case header.Mode&0o111 != 0 && header.Typeflag == tar.TypeReg:
			got = append(got, header.Name+"*")
		default:
			got = append(got, header.Name)
		}
	}
	want := []string{"MF", "./", "a", "b/", "b/tool*", "link -> b/tool"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLeavesNothingUnderTheNameWhenItFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.tgz")
	if err := Write(path, []Entry{{Name: "gone", Disk: "/does/not/exist"}}); err == nil {
		t.Fatal("wrote an archive of a missing file")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
