package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// project is a small release and stemcell that build in milliseconds.
type project struct {
	*testing.T
	root string
}

func newProject(t *testing.T) project {
	p := project{t, t.TempDir()}
	p.put("release/config/final.yml", "name: kubernetes\n")
	p.put("release/src/kubernetes/go.mod", "module x\n\nrequire (\n\tk8s.io/kubernetes v1.37.2\n)\n")
	p.put("release/src/kubernetes/main.go", "package main")
	p.put("release/packages/kubernetes/spec", "name: kubernetes\ndependencies: [base]\nfiles:\n- kubernetes/*\n")
	p.put("release/packages/kubernetes/packaging", `set -e
mkdir $BOSH_INSTALL_TARGET/bin; cat $OPENPKS_PACKAGES/base/word kubernetes/go.mod > $BOSH_INSTALL_TARGET/bin/kubectl`)
	p.put("release/packages/base/spec", "name: base\nfiles:\n- busybox/*\n")
	p.put("release/packages/base/packaging", "set -e\necho starting\ncp busybox/busybox $BOSH_INSTALL_TARGET/word")
	p.put("release/jobs/kubelet/spec", "name: kubelet\npackages:\n- kubernetes\ntemplates: {}\n")
	p.put("release/jobs/kubelet/monit", "check process kubelet")
	p.put("stemcell/build", "#!/bin/sh\nset -e\necho root > $1/image\necho list > $1/packages.txt\n")
	if err := os.Chmod(filepath.Join(p.root, "stemcell/build"), 0o755); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p project) put(name, text string) {
	p.Helper()
	path := filepath.Join(p.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		p.Fatal(err)
	}
}

// build returns what was printed and what artifacts.json says.
func (p project) build(older ...string) (string, Artifacts, error) {
	p.Helper()
	var out bytes.Buffer
	b := &builder{Options: Options{
		Release: filepath.Join(p.root, "release"), Stemcell: filepath.Join(p.root, "stemcell"),
		Cache: filepath.Join(p.root, "cache"), Older: older, Out: &out,
	}}
	b.fetch = func(_ context.Context, folder string) error {
		return errors.Join(os.Mkdir(filepath.Join(folder, "busybox"), 0o755), os.WriteFile(filepath.Join(folder, "busybox/busybox"), []byte("tool\n"), 0o755))
	}
	if err := b.run(p.Context()); err != nil {
		return out.String(), Artifacts{}, err
	}
	text, err := os.ReadFile(filepath.Join(p.root, "cache", "artifacts.json"))
	if err != nil {
		p.Fatal(err)
	}
	var artifacts Artifacts
	if err := json.Unmarshal(text, &artifacts); err != nil {
		p.Fatal(err)
	}
	return out.String(), artifacts, nil
}

func (p project) mustBuild(older ...string) (string, Artifacts) {
	p.Helper()
	out, artifacts, err := p.build(older...)
	if err != nil {
		p.Fatal(err)
	}
	return out, artifacts
}

func TestBuildsEverythingOnce(t *testing.T) {
	p := newProject(t)
	_, first := p.mustBuild()
	kubectl, err := os.ReadFile(first.Kubectl)
	if err != nil || !strings.HasPrefix(string(kubectl), "tool\nmodule x") {
		t.Errorf("kubectl is %q, %v", kubectl, err)
	}
	for _, path := range []string{first.Stemcell.Path, first.Releases[0].Path, first.Packages["base"].Path} {
		if _, err := os.Stat(path); err != nil || !filepath.IsAbs(path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	out, second := p.mustBuild()
	if strings.Count(out, "\n") != 1 || !strings.Contains(out, "everything is built") {
		t.Errorf("the second build did something:\n%s", out)
	}
	if first.Releases[0] != second.Releases[0] || first.Stemcell != second.Stemcell {
		t.Error("the second build found something else")
	}
}

func TestAChangedJobOnlyRewritesTheRelease(t *testing.T) {
	p := newProject(t)
	_, before := p.mustBuild()
	p.put("release/jobs/kubelet/monit", "check process kubelet with pidfile")
	out, after := p.mustBuild()
	if strings.Contains(out, "compile") || strings.Contains(out, "stemcell") || !strings.Contains(out, "write release") {
		t.Errorf("did:\n%s", out)
	}
	if before.Releases[0].Version == after.Releases[0].Version {
		t.Error("a changed release kept its version")
	}
}

func TestAChangedPackageRecompilesItAndItsDependents(t *testing.T) {
	p := newProject(t)
	p.mustBuild()
	p.put("release/packages/base/packaging", "echo other > $BOSH_INSTALL_TARGET/word")
	out, after := p.mustBuild()
	if !strings.Contains(out, "compile base") || !strings.Contains(out, "compile kubernetes 1.37.2") {
		t.Errorf("did:\n%s", out)
	}
	if kubectl, _ := os.ReadFile(after.Kubectl); !strings.HasPrefix(string(kubectl), "other") {
		t.Errorf("kubectl is %q", kubectl)
	}
}

func TestAnOlderMinorIsAnotherRelease(t *testing.T) {
	p := newProject(t)
	p.put("release/src/kubernetes-1.36/go.mod", "module x\n\nrequire (\n\tk8s.io/kubernetes v1.36.3\n)\n")
	out, artifacts := p.mustBuild("1.36")
	if len(artifacts.Releases) != 2 || artifacts.Releases[0].KubernetesVersion != "1.37.2" || artifacts.Releases[1].KubernetesVersion != "1.36.3" {
		t.Errorf("releases %v", artifacts.Releases)
	}
	if strings.Count(out, "compile base: done") != 1 {
		t.Errorf("what both share was not shared:\n%s", out)
	}
}

func TestAnOlderMinorIsCompiledOnlyWhenAskedForAndThenStays(t *testing.T) {
	p := newProject(t)
	p.put("release/src/kubernetes-1.36/go.mod", "module x\n\nrequire (\n\tk8s.io/kubernetes v1.36.3\n)\n")
	if out, artifacts := p.mustBuild(); len(artifacts.Releases) != 1 || strings.Contains(out, "1.36") {
		t.Errorf("releases %v after\n%s", artifacts.Releases, out)
	}
	p.mustBuild("1.36")
	p.put("release/jobs/kubelet/monit", "check process kubelet with pidfile")
	if out, artifacts := p.mustBuild(); len(artifacts.Releases) != 2 || strings.Contains(out, "compile") {
		t.Errorf("releases %v after\n%s", artifacts.Releases, out)
	}
	p.put("release/packages/base/packaging", "echo other > $BOSH_INSTALL_TARGET/word")
	if out, artifacts := p.mustBuild(); len(artifacts.Releases) != 1 {
		t.Errorf("releases %v after\n%s", artifacts.Releases, out)
	}
}

func TestAnUnknownMinorIsRefusedBeforeAnythingIsBuilt(t *testing.T) {
	p := newProject(t)
	p.put("release/src/kubernetes-1.36/go.mod", "module x\n\nrequire (\n\tk8s.io/kubernetes v1.36.3\n)\n")
	out, _, err := p.build("1.35")
	if err == nil || !strings.Contains(err.Error(), `"1.35"`) || !strings.Contains(err.Error(), "1.36") || strings.Contains(out, "compile") {
		t.Errorf("got %v after\n%s", err, out)
	}
}

func TestAFailureNamesTheStepAndIsRepeatable(t *testing.T) {
	p := newProject(t)
	p.put("release/packages/base/packaging", "echo the reason >&2; exit 3")
	for range 2 {
		_, _, err := p.build()
		if err == nil || !strings.Contains(err.Error(), "compile base") || !strings.Contains(err.Error(), "the reason") {
			t.Fatalf("got %v", err)
		}
	}
	p.put("release/packages/base/packaging", "echo right > $BOSH_INSTALL_TARGET/word")
	p.mustBuild()
}

func TestStemcellVersionsAreNumbersThatFollowTheContent(t *testing.T) {
	if got, err := stemcellVersion("00000fabcdef"); err != nil || got != "1.15" {
		t.Errorf("got %s, %v", got, err)
	}
	p := newProject(t)
	_, before := p.mustBuild()
	p.put("stemcell/packages.txt", "runc\n")
	_, after := p.mustBuild()
	if before.Stemcell.Version == after.Stemcell.Version || before.Releases[0].Version == after.Releases[0].Version {
		t.Errorf("stemcell %s, then %s; release %s, then %s", before.Stemcell.Version, after.Stemcell.Version, before.Releases[0].Version, after.Releases[0].Version)
	}
}
