package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"openpks.org/release/builder/internal/archive"
	"openpks.org/release/builder/internal/release"
)

// Stemcell is the node image's tarball.
type Stemcell struct {
	Name            string `json:"name"`
	OperatingSystem string `json:"operating_system"`
	Version         string `json:"version"`
	Path            string `json:"path"`
}

// stemcell builds the node image with the script in the stemcell's folder and
// wraps it up. Its version follows from the folder's content.
func (b *builder) stemcell(ctx context.Context) (*Stemcell, error) {
	files, err := archive.Below(b.Stemcell)
	if err != nil {
		return nil, err
	}
	var inputs []archive.Entry
	for _, file := range files {
		if filepath.Ext(file.Name) != ".md" {
			inputs = append(inputs, file)
		}
	}
	fingerprint, err := release.Fingerprint(inputs, nil)
	if err != nil {
		return nil, err
	}
	version, err := stemcellVersion(fingerprint)
	if err != nil {
		return nil, err
	}
	made := &Stemcell{Name: "openpks-bookworm-container", OperatingSystem: "openpks-bookworm", Version: version}
	folder, err := b.cache.Step("stemcell", fingerprint, func(folder string) error {
		return b.progress.step("build stemcell "+made.Name+" "+version, func() error {
			work, err := b.cache.Temporary("stemcell")
			if err != nil {
				return err
			}
			defer os.RemoveAll(work)
			if err := b.command(ctx, "stemcell", work, nil, filepath.Join(b.Stemcell, "build"), work); err != nil {
				return err
			}
			return made.write(work, filepath.Join(folder, made.file()))
		})
	})
	made.Path = filepath.Join(folder, made.file())
	return made, err
}

func (s *Stemcell) file() string { return s.Name + "-" + s.Version + ".tgz" }

func (s *Stemcell) write(from, path string) error {
	image := filepath.Join(from, "image")
	digest, err := archive.Digest(image)
	if err != nil {
		return err
	}
	manifest := fmt.Sprintf(`---
name: %s
operating_system: %s
version: %q
api_version: 3
bosh_protocol: "1"
sha1: "sha256:%s"
stemcell_formats:
- openpks-rootfs
cloud_properties:
  name: %s
  version: %q
  infrastructure: container
  root_device_name: /
`, s.Name, s.OperatingSystem, s.Version, digest, s.Name, s.Version)
	return archive.Write(path, []archive.Entry{
		{Name: "stemcell.MF", Content: []byte(manifest)},
		{Name: "packages.txt", Disk: filepath.Join(from, "packages.txt")},
		{Name: "dev_tools_file_list.txt"},
		{Name: "image", Disk: image},
	})
}

// stemcellVersion makes a version such as 1.11259375 of a fingerprint.
func stemcellVersion(fingerprint string) (string, error) {
	number, err := strconv.ParseUint(fingerprint[:6], 16, 32)
	if err != nil {
		return "", fmt.Errorf("version of the stemcell: %w", err)
	}
	return fmt.Sprintf("1.%d", number), nil
}
