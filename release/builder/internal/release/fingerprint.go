// Package release reads a BOSH release's folder and writes its compiled tarball.
package release

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"openpks.org/release/builder/internal/archive"
)

// packaging is the script that compiles a package. BOSH runs it whatever its
// mode is, and leaves the mode out of the fingerprint.
const packaging = "packaging"

// Fingerprint is BOSH's identity of a job or package, the same that its CLI
// computes: it changes with any file's name, content or executable bit, and with
// the names of dependencies.
func Fingerprint(files []archive.Entry, dependencies []string) (string, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b archive.Entry) int { return strings.Compare(a.Name, b.Name) })
	sum := sha256.New()
	fmt.Fprint(sum, "v2")
	for _, file := range files {
		digest, mode, err := identity(file)
		if err != nil {
			return "", fmt.Errorf("fingerprint of %s: %w", file.Name, err)
		}
		fmt.Fprint(sum, file.Name, digest, mode)
	}
	if len(dependencies) > 0 {
		dependencies = slices.Sorted(slices.Values(dependencies))
		fmt.Fprint(sum, strings.Join(dependencies, ","))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func identity(file archive.Entry) (digest, mode string, err error) {
	info, err := os.Stat(file.Disk)
	if err != nil {
		return "", "", err
	}
	switch {
	case file.Name == packaging:
	case info.Mode()&0o111 != 0:
		mode = "100755"
	default:
		mode = "100644"
	}
	digest, err = archive.Digest(file.Disk)
	return "sha256:" + digest, mode, err
}

// Key is one digest of several values. No two lists of values share it.
func Key(values ...string) string {
	sum := sha256.New()
	for _, value := range values {
		fmt.Fprintf(sum, "%d:%s", len(value), value)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
