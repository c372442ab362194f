// Package build makes everything that nodes are made of: the release's packages
// and jobs, and the stemcell. What is there already, from the same inputs, is
// not made again.
package build

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"openpks.org/release/builder/internal/archive"
	"openpks.org/release/builder/internal/cache"
	"openpks.org/release/builder/internal/release"
)

// Options say where sources are and results go.
type Options struct {
	Release  string // The release's folder.
	Stemcell string // The stemcell's folder.
	Cache    string
	Older    []string  // Older minor versions of Kubernetes to compile, such as 1.36. Those that are compiled stay.
	Out      io.Writer // For progress.
}

type builder struct {
	Options
	cache    *cache.Cache
	progress *progress
	compiler string // Version of Go and the machine's architecture.
	fetch    func(ctx context.Context, folder string) error
}

// Artifacts is the content of artifacts.json. All paths are absolute.
type Artifacts struct {
	Stemcell Stemcell                  `json:"stemcell"`
	Releases []ReleaseArtifact         `json:"releases"`
	Packages map[string]PackageContent `json:"packages"` // Of the newest release.
	Kubectl  string                    `json:"kubectl"`
}

// ReleaseArtifact is one compiled release tarball.
type ReleaseArtifact struct {
	Name              string `json:"name"`
	Version           string `json:"version"`
	KubernetesVersion string `json:"kubernetes_version"`
	Path              string `json:"path"`
}

// PackageContent is where a package lies unpacked.
type PackageContent struct {
	Path string `json:"path"`
}

// Run builds what is missing and writes artifacts.json into the cache.
func Run(ctx context.Context, options Options) error {
	b := &builder{Options: options}
	b.fetch = b.fetchBusybox
	return b.run(ctx)
}

func (b *builder) run(ctx context.Context) (err error) {
	b.progress = &progress{out: b.Out, began: time.Now()}
	if b.cache, err = cache.Open(b.Cache, func() { b.progress.line("waiting for another build to end") }); err != nil {
		return err
	}
	defer b.cache.Close()
	version, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output()
	if err != nil {
		return fmt.Errorf("ask for the version of Go: %w", err)
	}
	b.compiler = strings.TrimSpace(string(version)) + " " + runtime.GOARCH
	artifacts, err := b.all(ctx)
	if err != nil {
		return err
	}
	return b.publish(artifacts)
}

func (b *builder) all(ctx context.Context) (*Artifacts, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The stemcell waits for the network and the disk, the packages for the
	// processor: together they take hardly longer than the packages alone.
	var stemcell *Stemcell
	var stemcellErr error
	var background sync.WaitGroup
	background.Go(func() {
		if stemcell, stemcellErr = b.stemcell(ctx); stemcellErr != nil {
			cancel()
		}
	})
	compiled, err := b.packages(ctx)
	if err != nil {
		cancel()
	}
	background.Wait()
	if stemcellErr != nil && !errors.Is(stemcellErr, context.Canceled) {
		return nil, stemcellErr
	}
	if err := errors.Join(err, stemcellErr); err != nil {
		return nil, err
	}
	jobs, err := b.jobs()
	if err != nil {
		return nil, err
	}
	artifacts := &Artifacts{Stemcell: *stemcell, Packages: map[string]PackageContent{}}
	for _, one := range compiled {
		made, err := b.release(one, jobs, stemcell)
		if err != nil {
			return nil, err
		}
		artifacts.Releases = append(artifacts.Releases, made)
	}
	for _, one := range compiled[0].packages {
		artifacts.Packages[one.Name] = PackageContent{Path: compiled[0].paths[one.Name]}
	}
	artifacts.Kubectl = filepath.Join(compiled[0].paths["kubernetes"], "bin", "kubectl")
	return artifacts, nil
}

// minor is one minor version of Kubernetes that releases are built for.
type minor struct {
	name     string // Of an older one, such as 1.36; empty for the newest.
	version  string // Without the v.
	override release.Override
	packages []release.Compiled
	paths    map[string]string
}

// step is the step that compiles a package: the versions of one that differs take no places from each other.
func (m *minor) step(pkg string) string {
	if m.name != "" && pkg == "kubernetes" {
		return pkg + "-" + m.name
	}
	return pkg
}

var kubernetesVersion = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes v(\S+)$`)

// minors finds the newest minor version, which src/kubernetes itself names, and
// then the older ones: a folder src/kubernetes-1.36 has another go.mod and
// go.sum for the same sources.
func (b *builder) minors() ([]*minor, error) {
	source := filepath.Join(b.Release, "src")
	folders, err := filepath.Glob(filepath.Join(source, "kubernetes-*"))
	if err != nil {
		return nil, err
	}
	slices.Reverse(folders)
	var minors []*minor
	for _, folder := range append([]string{filepath.Join(source, "kubernetes")}, folders...) {
		text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err != nil {
			return nil, err
		}
		match := kubernetesVersion.FindSubmatch(text)
		if match == nil {
			return nil, fmt.Errorf("%s/go.mod does not require k8s.io/kubernetes", folder)
		}
		one := &minor{version: string(match[1]), override: release.Override{}, paths: map[string]string{}}
		if name, older := strings.CutPrefix(filepath.Base(folder), "kubernetes-"); older {
			one.name = name
			files, err := archive.Below(folder)
			if err != nil {
				return nil, err
			}
			for _, file := range files {
				one.override["kubernetes/"+file.Name] = file.Disk
			}
		}
		minors = append(minors, one)
	}
	return minors, nil
}

// checkOlder refuses to build a minor version that there is no folder for.
func (b *builder) checkOlder(minors []*minor) error {
	var known []string
	for _, one := range minors[1:] {
		known = append(known, one.name)
	}
	for _, name := range b.Older {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no older minor version %q; the newest, %s, is always built, and there is %s",
				name, minors[0].version, cmp.Or(strings.Join(known, ", "), "no other"))
		}
	}
	return nil
}

// packages compiles the packages of the newest minor version and of the older ones that were
// asked for, now or before: compiled once, they cost next to nothing.
func (b *builder) packages(ctx context.Context) ([]*minor, error) {
	minors, err := b.minors()
	if err != nil {
		return nil, err
	}
	if err := b.checkOlder(minors); err != nil {
		return nil, err
	}
	blobs, err := b.blobs(ctx)
	if err != nil {
		return nil, err
	}
	var compiled []*minor
	for _, one := range minors {
		packages, err := release.Packages(b.Release, blobs, one.override)
		if err != nil {
			return nil, err
		}
		keys := b.keys(packages)
		if one.name != "" && !slices.Contains(b.Older, one.name) && !b.cache.Has(one.step("kubernetes"), keys["kubernetes"]) {
			continue
		}
		for _, pkg := range packages {
			result, err := b.compile(ctx, pkg, one, keys[pkg.Name])
			if err != nil {
				return nil, err
			}
			one.packages = append(one.packages, result)
		}
		compiled = append(compiled, one)
	}
	return compiled, nil
}

// keys gives each package the digest of what it is made from; dependencies come first in packages.
func (b *builder) keys(packages []release.Package) map[string]string {
	keys := map[string]string{}
	for _, pkg := range packages {
		inputs := []string{pkg.Name, pkg.Fingerprint, b.compiler}
		for _, dependency := range pkg.Dependencies {
			inputs = append(inputs, keys[dependency])
		}
		keys[pkg.Name] = release.Key(inputs...)
	}
	return keys
}

// blobs fetches what is not built from source.
func (b *builder) blobs(ctx context.Context) (string, error) {
	return b.cache.Step("blobs", release.Key("busybox-static", "bookworm"), func(folder string) error {
		return b.progress.step("fetch busybox", func() error { return b.fetch(ctx, folder) })
	})
}

// fetchBusybox takes busybox from Debian.
func (b *builder) fetchBusybox(ctx context.Context, folder string) error {
	const script = `set -euo pipefail
"$1" content --variant=extract --include=busybox-static
install -D -m 0755 content/bin/busybox busybox/busybox
rm -r content`
	return b.command(ctx, "busybox", folder, nil, "bash", "-c", script, "busybox", filepath.Join(b.Stemcell, "debian"))
}

// compile runs a package's packaging script as a BOSH compilation VM would: in
// a folder with the package's files, its dependencies compiled.
func (b *builder) compile(ctx context.Context, pkg release.Package, of *minor, key string) (release.Compiled, error) {
	result := release.Compiled{Package: pkg}
	name, step := pkg.Name, of.step(pkg.Name)
	if name == "kubernetes" {
		name += " " + of.version
	}
	installed, err := b.cache.Step(step, key, func(folder string) error {
		return b.progress.step("compile "+name, func() error {
			work, err := b.cache.Temporary("compile")
			if err != nil {
				return err
			}
			defer os.RemoveAll(work)
			source, packages := filepath.Join(work, "source"), filepath.Join(work, "packages")
			if err := copyFiles(source, pkg.Files); err != nil {
				return err
			}
			if err := os.MkdirAll(packages, 0o755); err != nil {
				return err
			}
			for _, dependency := range pkg.Dependencies {
				if err := os.Symlink(of.paths[dependency], filepath.Join(packages, dependency)); err != nil {
					return err
				}
			}
			return b.command(ctx, pkg.Name, source, []string{
				"OPENPKS_PACKAGES=" + packages,
				"BOSH_COMPILE_TARGET=" + source,
				"BOSH_INSTALL_TARGET=" + folder,
				"BOSH_PACKAGE_NAME=" + pkg.Name,
				"BOSH_PACKAGE_VERSION=" + pkg.Fingerprint,
			}, "bash", "packaging")
		})
	})
	if err != nil {
		return result, err
	}
	of.paths[pkg.Name] = installed
	result.Archive, result.Digest, err = b.pack(step, key, []archive.Entry{{Name: ".", Disk: installed}})
	return result, err
}

func copyFiles(to string, files []archive.Entry) error {
	for _, file := range files {
		target := filepath.Join(to, file.Name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		content, err := os.ReadFile(file.Disk)
		if err != nil {
			return err
		}
		info, err := os.Stat(file.Disk)
		if err != nil {
			return err
		}
		if err := os.WriteFile(target, content, info.Mode().Perm()); err != nil {
			return err
		}
	}
	return nil
}

// pack archives entries once for each key, and returns the archive's digest.
func (b *builder) pack(name, key string, entries []archive.Entry) (path, digest string, err error) {
	folder, err := b.cache.Step("archive-"+name, key, func(folder string) error {
		path := filepath.Join(folder, name+".tgz")
		if err := archive.Write(path, entries); err != nil {
			return err
		}
		sum, err := archive.Digest(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, "sha256"), []byte(sum), 0o644)
	})
	if err != nil {
		return "", "", fmt.Errorf("archive of %s: %w", name, err)
	}
	sum, err := os.ReadFile(filepath.Join(folder, "sha256"))
	return filepath.Join(folder, name+".tgz"), string(sum), err
}

func (b *builder) jobs() ([]release.PackedJob, error) {
	jobs, err := release.Jobs(b.Release)
	if err != nil {
		return nil, err
	}
	var packed []release.PackedJob
	for _, job := range jobs {
		path, digest, err := b.pack("job-"+job.Name, job.Fingerprint, job.Files)
		if err != nil {
			return nil, err
		}
		packed = append(packed, release.PackedJob{Job: job, Archive: path, Digest: digest})
	}
	return packed, nil
}

func (b *builder) release(of *minor, jobs []release.PackedJob, stemcell *Stemcell) (ReleaseArtifact, error) {
	name, err := b.finalName()
	if err != nil {
		return ReleaseArtifact{}, err
	}
	made := release.Release{
		Name: name, Stemcell: stemcell.OperatingSystem + "/" + stemcell.Version,
		Jobs: jobs, Packages: of.packages,
	}
	content := made.ContentVersion()
	made.Version = of.version + "+" + content
	// Not the last commit: the same content has one version, and a Director
	// refuses a version that it knows from another commit.
	made.Commit = content
	if err := made.Check(); err != nil {
		return ReleaseArtifact{}, err
	}
	folder, err := b.cache.Step("release-"+of.version, release.Key(made.Version), func(folder string) error {
		return b.progress.step("write release "+name+" "+made.Version, func() error {
			return made.Write(filepath.Join(folder, name+"-"+made.Version+".tgz"))
		})
	})
	return ReleaseArtifact{
		Name: name, Version: made.Version, KubernetesVersion: of.version,
		Path: filepath.Join(folder, name+"-"+made.Version+".tgz"),
	}, err
}

var finalName = regexp.MustCompile(`(?m)^(?:final_)?name:\s*(\S+)\s*$`)

func (b *builder) finalName() (string, error) {
	path := filepath.Join(b.Release, "config", "final.yml")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	match := finalName.FindSubmatch(text)
	if match == nil {
		return "", fmt.Errorf("%s has no name", path)
	}
	return string(match[1]), nil
}

// publish replaces artifacts.json, if it changed.
func (b *builder) publish(artifacts *Artifacts) error {
	text, err := json.MarshalIndent(artifacts, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	path := b.cache.Path("artifacts.json")
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		b.progress.line("everything is built: %s", path)
		return nil
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, text, 0o644); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	b.progress.line("built: %s", path)
	return nil
}
