package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Media types of the OCI image specification.
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar"
)

// image is one container image with a single, uncompressed layer: it is
// unpacked where it is built, so compressing it would only cost time.
type image struct {
	name       string            // registry/repository:tag
	files      map[string]source // Path in the image to what is there.
	entrypoint []string
	user       string
	ports      []int
}

// source is a file's content on disk, its literal text, or a link's target.
type source struct {
	disk, text, link string
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// write writes the image as an OCI layout in a tar archive. The same image
// always gives the same bytes.
func (i image) write(out io.Writer) error {
	layer, err := i.layer()
	if err != nil {
		return fmt.Errorf("layer of %s: %w", i.name, err)
	}
	blobs := map[string][]byte{}
	add := func(mediaType string, content []byte) descriptor {
		sum := sha256.Sum256(content)
		digest := hex.EncodeToString(sum[:])
		blobs[digest] = content
		return descriptor{MediaType: mediaType, Digest: "sha256:" + digest, Size: int64(len(content))}
	}
	layerAt := add(typeLayer, layer)

	type object = map[string]any
	ports := object{}
	for _, port := range i.ports {
		ports[fmt.Sprintf("%d/tcp", port)] = object{}
	}
	config, err := json.Marshal(object{
		"architecture": runtime.GOARCH, "os": "linux", "created": time.Unix(0, 0).UTC(),
		"config": object{
			"Entrypoint": i.entrypoint, "User": i.user, "ExposedPorts": ports, "WorkingDir": "/",
			"Env": []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
		},
		"rootfs": object{"type": "layers", "diff_ids": []string{layerAt.Digest}},
	})
	if err != nil {
		return fmt.Errorf("encode config of %s: %w", i.name, err)
	}
	manifest, err := json.Marshal(object{
		"schemaVersion": 2, "mediaType": typeManifest,
		"config": add(typeConfig, config), "layers": []descriptor{layerAt},
	})
	if err != nil {
		return fmt.Errorf("encode manifest of %s: %w", i.name, err)
	}
	manifestAt := add(typeManifest, manifest)
	manifestAt.Annotations = map[string]string{
		"io.containerd.image.name":          i.name,
		"org.opencontainers.image.ref.name": i.name[strings.LastIndex(i.name, ":")+1:],
	}
	index, err := json.Marshal(object{"schemaVersion": 2, "mediaType": typeIndex, "manifests": []descriptor{manifestAt}})
	if err != nil {
		return fmt.Errorf("encode index of %s: %w", i.name, err)
	}

	archive := tar.NewWriter(out)
	put := func(name string, content []byte) {
		if err == nil {
			err = archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), ModTime: time.Unix(0, 0)})
		}
		if err == nil {
			_, err = archive.Write(content)
		}
	}
	put("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`))
	put("index.json", index)
	digests := make([]string, 0, len(blobs))
	for digest := range blobs {
		digests = append(digests, digest)
	}
	slices.Sort(digests)
	for _, digest := range digests {
		put("blobs/sha256/"+digest, blobs[digest])
	}
	if err != nil {
		return fmt.Errorf("archive of %s: %w", i.name, err)
	}
	return archive.Close()
}

// layer is the image's file system as a tar archive.
func (i image) layer() ([]byte, error) {
	folders := map[string]bool{}
	var names []string
	for name := range i.files {
		names = append(names, name)
		for folder := path.Dir(name); folder != "/"; folder = path.Dir(folder) {
			folders[folder] = true
		}
	}
	for folder := range folders {
		names = append(names, folder)
	}
	slices.Sort(names) // A folder sorts before what is in it.

	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	for _, name := range names {
		header := &tar.Header{Name: strings.TrimPrefix(name, "/"), ModTime: time.Unix(0, 0)}
		from, isFile := i.files[name]
		content := []byte(from.text)
		switch {
		case !isFile:
			header.Typeflag, header.Mode = tar.TypeDir, 0o755
			if name == "/tmp" {
				header.Mode = 0o1777
			}
		case from.link != "":
			header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, from.link, 0o777
		default:
			header.Typeflag, header.Mode = tar.TypeReg, 0o644
			if from.disk != "" {
				var err error
				if content, err = os.ReadFile(from.disk); err != nil {
					return nil, err
				}
				header.Mode = 0o755
			}
			header.Size = int64(len(content))
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if header.Typeflag == tar.TypeReg {
			if _, err := archive.Write(content); err != nil {
				return nil, err
			}
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
