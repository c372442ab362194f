// Package archive writes and reads tar archives whose bytes depend on nothing
// but what is in them: names are sorted, and owners and times are fixed.
package archive

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Entry is one file of an archive: content from Disk, or Content itself.
type Entry struct {
	Name    string // Slash-separated, relative.
	Disk    string // A file, folder or link to take over, unless empty.
	Content []byte
}

// Write makes the gzip archive at path from entries, in their order. Folders
// are taken with everything below them. Nothing is compressed: the archives
// stay on the machine, where time is dearer than space. A half-written archive
// is never seen under its name.
func Write(path string, entries []Entry) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<20)
	compressed, err := gzip.NewWriterLevel(buffered, gzip.NoCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(compressed)
	for _, entry := range entries {
		if err := add(out, entry); err != nil {
			_ = file.Close()
			return err
		}
	}
	if err := errors.Join(out.Close(), compressed.Close(), buffered.Flush(), file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func add(out *tar.Writer, entry Entry) error {
	if entry.Disk == "" {
		header := &tar.Header{Name: entry.Name, Mode: 0o644, Size: int64(len(entry.Content)), ModTime: time.Unix(0, 0), Format: tar.FormatGNU}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		_, err := out.Write(entry.Content)
		return err
	}
	// WalkDir visits in lexical order.
	return filepath.WalkDir(entry.Disk, func(path string, found fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(entry.Disk, path)
		if err != nil {
			return err
		}
		return addOne(out, path, filepath.ToSlash(filepath.Join(entry.Name, below)), found)
	})
}

func addOne(out *tar.Writer, path, name string, found fs.DirEntry) error {
	info, err := found.Info()
	if err != nil {
		return err
	}
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if link, err = os.Readlink(path); err != nil {
			return err
		}
	}
	from, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	// The rest of what FileInfoHeader found, owner and times, is this machine's.
	header := &tar.Header{
		Typeflag: from.Typeflag, Name: name, Linkname: link, Size: from.Size, Mode: from.Mode,
		ModTime: time.Unix(0, 0), Format: tar.FormatGNU,
	}
	if info.IsDir() {
		header.Name += "/"
	}
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(out, file)
	return err
}

// Below lists the files of a folder as entries, sorted, with names relative to
// it. A missing folder has none.
func Below(folder string) ([]Entry, error) {
	var entries []Entry
	err := filepath.WalkDir(folder, func(path string, found fs.DirEntry, err error) error {
		if err != nil || found.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		entries = append(entries, Entry{Name: filepath.ToSlash(name), Disk: path})
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return entries, err
}

// Digest is the SHA-256 of a file in hexadecimal.
func Digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
