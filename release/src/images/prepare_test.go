package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// imagesPackage is an installed package with one image.
func imagesPackage(t *testing.T, database string) string {
	t.Helper()
	folder := t.TempDir()
	script, err := os.ReadFile("prepare-containerd-root")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"bin/prepare-containerd-root":                                                        script,
		"store/io.containerd.metadata.v1.bolt/meta.db":                                       []byte(database),
		"store/io.containerd.content.v1.content/blobs/sha256/ab":                             []byte("config"),
		"store/io.containerd.snapshotter.v1.overlayfs/metadata.db":                           []byte("snapshots"),
		"store/io.containerd.snapshotter.v1.overlayfs/snapshots/" + database + "/fs/program": []byte("program"),
	} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func prepare(t *testing.T, folder, root, state string) {
	t.Helper()
	if out, err := exec.Command(filepath.Join(folder, "bin/prepare-containerd-root"), root, state).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

const snapshots = "io.containerd.snapshotter.v1.overlayfs/snapshots"

func TestARootHasDatabasesAndLinksToLayers(t *testing.T) {
	folder, root := imagesPackage(t, "7"), filepath.Join(t.TempDir(), "root")
	prepare(t, folder, root, t.TempDir())
	for _, name := range []string{"io.containerd.metadata.v1.bolt/meta.db", "io.containerd.content.v1.content/blobs/sha256/ab", snapshots + "/7/fs/program", snapshots + "/7/work"} {
		if !exists(filepath.Join(root, name)) {
			t.Errorf("%s is missing", name)
		}
	}
	if target, err := os.Readlink(filepath.Join(root, snapshots, "7/fs")); err != nil || target != filepath.Join(folder, "store", snapshots, "7/fs") {
		t.Errorf("the layer is %q, %v", target, err)
	}
}

func TestASecondRunLeavesAUsedRootAlone(t *testing.T) {
	folder, root := imagesPackage(t, "7"), t.TempDir()
	prepare(t, folder, root, t.TempDir())
	used := filepath.Join(root, snapshots, "8")
	if err := os.Mkdir(used, 0o755); err != nil {
		t.Fatal(err)
	}
	prepare(t, folder, root, t.TempDir())
	if !exists(used) {
		t.Error("a container's snapshot is gone")
	}
}

func TestAnotherPackageReplacesTheRootAndEndsWhatRan(t *testing.T) {
	root, state := t.TempDir(), t.TempDir()
	prepare(t, imagesPackage(t, "7"), root, state)
	task := filepath.Join(state, "io.containerd.runtime.v2.task/k8s.io/c1")
	container := exec.Command("sleep", "600")
	if err := errors.Join(container.Start(), os.MkdirAll(task, 0o755), os.WriteFile(filepath.Join(task, "init.pid"), []byte(strconv.Itoa(container.Process.Pid)), 0o644)); err != nil {
		t.Fatal(err)
	}
	prepare(t, imagesPackage(t, "9"), root, state)
	if err := container.Wait(); err == nil {
		t.Error("the old container still ran")
	}
	if exists(task) || exists(filepath.Join(root, snapshots, "7")) || !exists(filepath.Join(root, snapshots, "9/fs/program")) {
		t.Error("the root is not the new package's")
	}
}
