package release

import (
	"fmt"
	"strings"

	"openpks.org/release/builder/internal/archive"
)

// Compiled is a package as it was compiled for one stemcell.
type Compiled struct {
	Package
	Archive string // Path of the gzip archive of its installed files.
	Digest  string
}

// Release is what a compiled release's tarball holds.
type Release struct {
	Name, Version, Commit string
	Uncommitted           bool
	Stemcell              string // operating system/version
	Jobs                  []PackedJob
	Packages              []Compiled
}

// PackedJob is a job and its archive.
type PackedJob struct {
	Job
	Archive, Digest string
}

// ContentVersion is the first eight digits of a digest of everything that
// decides how a cluster runs: jobs, packages and stemcell.
func (r Release) ContentVersion() string {
	values := []string{r.Name, r.Stemcell}
	for _, job := range r.Jobs {
		values = append(values, "job", job.Name, job.Fingerprint)
	}
	for _, one := range r.Packages {
		values = append(values, "package", one.Name, one.Digest)
	}
	return Key(values...)[:8]
}

// Manifest is release.MF.
func (r Release) Manifest() string {
	var out strings.Builder
	fmt.Fprintf(&out, "---\nname: %s\nversion: %q\ncommit_hash: %q\nuncommitted_changes: %t\n", r.Name, r.Version, r.Commit, r.Uncommitted)
	out.WriteString("jobs:" + empty(len(r.Jobs)))
	for _, job := range r.Jobs {
		fmt.Fprintf(&out, "- name: %s\n  version: %q\n  fingerprint: %q\n  sha1: \"sha256:%s\"\n  packages:%s", job.Name, job.Fingerprint, job.Fingerprint, job.Digest, list(job.Packages))
	}
	out.WriteString("compiled_packages:" + empty(len(r.Packages)))
	for _, one := range r.Packages {
		fmt.Fprintf(&out, "- name: %s\n  version: %q\n  fingerprint: %q\n  sha1: \"sha256:%s\"\n  stemcell: %q\n  dependencies:%s", one.Name, one.Fingerprint, one.Fingerprint, one.Digest, r.Stemcell, list(one.Dependencies))
	}
	return out.String()
}

func empty(count int) string {
	if count == 0 {
		return " []\n"
	}
	return "\n"
}

func list(names []string) string {
	out := empty(len(names))
	for _, name := range names {
		out += "  - " + name + "\n"
	}
	return out
}

// Check refuses a release that a Director would refuse.
func (r Release) Check() error {
	known := map[string]bool{}
	for _, one := range r.Packages {
		known[one.Name] = true
	}
	for _, job := range r.Jobs {
		for _, name := range job.Packages {
			if !known[name] {
				return fmt.Errorf("job %s needs the package %s, which the release does not have", job.Name, name)
			}
		}
	}
	return nil
}

// Write writes the tarball.
func (r Release) Write(path string) error {
	entries := []archive.Entry{{Name: "release.MF", Content: []byte(r.Manifest())}}
	for _, job := range r.Jobs {
		entries = append(entries, archive.Entry{Name: "jobs/" + job.Name + ".tgz", Disk: job.Archive})
	}
	for _, one := range r.Packages {
		entries = append(entries, archive.Entry{Name: "compiled_packages/" + one.Name + ".tgz", Disk: one.Archive})
	}
	return archive.Write(path, entries)
}
