package release

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"openpks.org/release/builder/internal/archive"
)

func put(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFingerprintFollowsNameContentModeAndDependencies(t *testing.T) {
	root := t.TempDir()
	put(t, root, map[string]string{"a": "1", "b": "2", "c": "1"})
	entry := func(name, disk string) archive.Entry {
		return archive.Entry{Name: name, Disk: filepath.Join(root, disk)}
	}
	of := func(dependencies []string, files ...archive.Entry) string {
		got, err := Fingerprint(files, dependencies)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	base := of([]string{"x", "y"}, entry("a", "a"), entry("b", "b"))
	if of([]string{"y", "x"}, entry("b", "b"), entry("a", "a")) != base {
		t.Error("the order of files or dependencies matters")
	}
	if of([]string{"x", "y"}, entry("a", "c"), entry("b", "b")) != base {
		t.Error("where a file lies matters")
	}
	for why, other := range map[string]string{
		"a name":       of([]string{"x", "y"}, entry("a2", "a"), entry("b", "b")),
		"content":      of([]string{"x", "y"}, entry("a", "b"), entry("b", "b")),
		"a dependency": of([]string{"x"}, entry("a", "a"), entry("b", "b")),
	} {
		if other == base {
			t.Errorf("%s does not matter", why)
		}
	}
	if err := os.Chmod(filepath.Join(root, "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	if of([]string{"x", "y"}, entry("a", "a"), entry("b", "b")) == base {
		t.Error("the executable bit does not matter")
	}
}

// The form was compared with the fingerprints that bosh create-release printed
// for this release.
func TestFingerprintIsThatOfTheBoshCLI(t *testing.T) {
	root := t.TempDir()
	put(t, root, map[string]string{"main.go": "1", "packaging": "2"})
	if err := os.Chmod(filepath.Join(root, "packaging"), 0o755); err != nil {
		t.Fatal(err)
	}
	sum := func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
	got, err := Fingerprint([]archive.Entry{
		{Name: "packaging", Disk: filepath.Join(root, "packaging")},
		{Name: "cmd/main.go", Disk: filepath.Join(root, "main.go")},
	}, []string{"y", "x"})
	if want := sum("v2" + "cmd/main.gosha256:" + sum("1") + "100644" + "packagingsha256:" + sum("2") + "x,y"); err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestKeysOfDifferentListsDiffer(t *testing.T) {
	if Key("ab", "c") == Key("a", "bc") || Key("a") == Key("a", "") {
		t.Error("two lists share a key")
	}
}

const jobSpec = `---
name: kubelet   # the node's agent
description: |
  Runs pods.
templates:
  ctl.erb: bin/ctl
  config/kubelet.yml.erb: config/kubelet.yml

packages: [kubernetes, cni]
consumes:
- name: etcd
  type: etcd
properties:
  api-token:
    description: a token
    default: ""
`

func TestReadsJobs(t *testing.T) {
	root := t.TempDir()
	put(t, root, map[string]string{
		"jobs/kubelet/spec": jobSpec, "jobs/kubelet/monit": "check",
		"jobs/kubelet/templates/ctl.erb": "ctl", "jobs/kubelet/templates/config/kubelet.yml.erb": "config", "jobs/kubelet/templates/unused": "",
	})
	jobs, err := Jobs(root)
	if err != nil || len(jobs) != 1 {
		t.Fatal(jobs, err)
	}
	var names []string
	for _, file := range jobs[0].Files {
		names = append(names, file.Name)
	}
	if want := []string{"job.MF", "monit", "templates/ctl.erb", "templates/config/kubelet.yml.erb"}; !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	if want := []string{"kubernetes", "cni"}; !slices.Equal(jobs[0].Packages, want) {
		t.Errorf("packages %v, want %v", jobs[0].Packages, want)
	}
}

func TestRefusesAJobWithoutItsTemplate(t *testing.T) {
	root := t.TempDir()
	put(t, root, map[string]string{"jobs/kubelet/spec": jobSpec, "jobs/kubelet/monit": "check"})
	if _, err := Jobs(root); err == nil || !strings.Contains(err.Error(), "ctl.erb") {
		t.Errorf("got %v", err)
	}
}

func packageFolder(t *testing.T, dependencies map[string]string) string {
	t.Helper()
	root := t.TempDir()
	put(t, root, map[string]string{"src/x/main.go": "x", "src/x/deep/er.go": "y", "src/x/main_test.go": "t", "src/x-old/main.go": "old", "blobs/bin/tool": "blob"})
	for name, dependency := range dependencies {
		put(t, root, map[string]string{
			"packages/" + name + "/spec":      "---\nname: " + name + "\ndependencies:\n" + dependency + "files:\n- x/**/*\n- bin/*\nexcluded_files: [\"**/*_test.go\"]\n",
			"packages/" + name + "/packaging": "true",
		})
	}
	return root
}

func TestPackagesComeAfterTheirDependenciesWithTheirFiles(t *testing.T) {
	root := packageFolder(t, map[string]string{"a": "- b\n", "b": "- c\n", "c": ""})
	packages, err := Packages(root, filepath.Join(root, "blobs"), Override{"x/main.go": filepath.Join(root, "src/x-old/main.go")})
	if err != nil {
		t.Fatal(err)
	}
	var order, files []string
	for _, one := range packages {
		order = append(order, one.Name)
	}
	for _, file := range packages[0].Files {
		files = append(files, file.Name)
	}
	if want := []string{"c", "b", "a"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if want := []string{"x/deep/er.go", "x/main.go", "bin/tool", "packaging"}; !slices.Equal(files, want) {
		t.Errorf("files %v, want %v", files, want)
	}
	plain, err := Packages(root, filepath.Join(root, "blobs"), nil)
	if err != nil || plain[0].Fingerprint == packages[0].Fingerprint {
		t.Errorf("an overridden source file changed nothing (%v)", err)
	}
}

func TestRefusesACircleOfPackagesAndAGlobWithoutFiles(t *testing.T) {
	root := packageFolder(t, map[string]string{"a": "- b\n", "b": "- a\n"})
	if _, err := Packages(root, filepath.Join(root, "blobs"), nil); err == nil {
		t.Error("accepted a circle")
	}
	if _, err := Packages(root, filepath.Join(root, "none"), nil); err == nil || !strings.Contains(err.Error(), "bin/*") {
		t.Errorf("accepted a glob without files: %v", err)
	}
}

func TestVersionFollowsContent(t *testing.T) {
	one := Release{Name: "kubernetes", Stemcell: "os/1", Jobs: []PackedJob{{Job: Job{Name: "j", Fingerprint: "f", Packages: []string{"p"}}, Digest: "d"}},
		Packages: []Compiled{{Package: Package{Name: "p", Fingerprint: "g"}, Digest: "e"}}}
	two := one
	two.Jobs = []PackedJob{{Job: Job{Name: "j", Fingerprint: "f2", Packages: []string{"p"}}, Digest: "d"}}
	if one.ContentVersion() == two.ContentVersion() || len(one.ContentVersion()) != 8 {
		t.Error("the version does not follow a job")
	}
	if err := one.Check(); err != nil {
		t.Error(err)
	}
	two.Packages = nil
	if err := two.Check(); err == nil {
		t.Error("accepted a job without its package")
	}
}

func TestManifestIsWhatADirectorReads(t *testing.T) {
	one := Release{Name: "kubernetes", Version: "1+2", Commit: "abc", Stemcell: "openpks-bookworm/1.0",
		Jobs: []PackedJob{{Job: Job{Name: "j", Fingerprint: "f", Packages: []string{"p"}}, Digest: "d"}},
		Packages: []Compiled{
			{Package: Package{Name: "p", Fingerprint: "g", Dependencies: []string{"q"}}, Digest: "e"},
			{Package: Package{Name: "q", Fingerprint: "h"}, Digest: "i"},
		}}
	want := `---
name: kubernetes
version: "1+2"
commit_hash: "abc"
uncommitted_changes: false
jobs:
- name: j
  version: "f"
  fingerprint: "f"
  sha1: "sha256:d"
  packages:
  - p
compiled_packages:
- name: p
  version: "g"
  fingerprint: "g"
  sha1: "sha256:e"
  stemcell: "openpks-bookworm/1.0"
  dependencies:
  - q
- name: q
  version: "h"
  fingerprint: "h"
  sha1: "sha256:i"
  stemcell: "openpks-bookworm/1.0"
  dependencies: []
`
	if got := one.Manifest(); got != want {
		t.Errorf("got\n%s", got)
	}
}
