// Package cache keeps the results of build steps under a key of their inputs.
package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// kept is how many results of one step stay: the current one, and some to go
// back and forth between two states of the sources.
const kept = 3

// Cache is a folder on disk. One process at a time may hold it.
type Cache struct {
	root string
	lock *os.File
}

// Open takes the cache, waiting for another build to end. What an interrupted
// build left is removed.
func Open(root string, waiting func()) (*Cache, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fmt.Errorf("create cache: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(root, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the cache's lock: %w", err)
	}
	if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		waiting()
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
			return nil, fmt.Errorf("lock the cache: %w", err)
		}
	}
	c := &Cache{root: root, lock: lock}
	return c, os.RemoveAll(c.Path("tmp"))
}

// Close lets the next build begin.
func (c *Cache) Close() error { return c.lock.Close() }

// Path is a place in the cache.
func (c *Cache) Path(parts ...string) string {
	return filepath.Join(append([]string{c.root}, parts...)...)
}

// Temporary makes an empty folder that the next build removes.
func (c *Cache) Temporary(name string) (string, error) {
	if err := os.MkdirAll(c.Path("tmp"), 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(c.Path("tmp"), name+"-")
}

// Has tells whether there is a result of the step for key.
func (c *Cache) Has(name, key string) bool {
	_, err := os.Stat(c.result(name, key))
	return err == nil
}

func (c *Cache) result(name, key string) string { return c.Path("steps", name, key[:16]) }

// Step returns the folder with the step's result for key. When there is none,
// fill makes it in an empty folder, which becomes the result only as a whole.
func (c *Cache) Step(name, key string, fill func(folder string) error) (string, error) {
	result := c.result(name, key)
	if _, err := os.Stat(result); err == nil {
		now := time.Now()
		return result, os.Chtimes(result, now, now)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	temporary, err := c.Temporary(name)
	if err != nil {
		return "", err
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return "", err
	}
	if err := fill(temporary); err != nil {
		return "", errors.Join(err, os.RemoveAll(temporary))
	}
	if err := os.MkdirAll(filepath.Dir(result), 0o755); err != nil {
		return "", err
	}
	if err := os.Rename(temporary, result); err != nil {
		return "", err
	}
	now := time.Now()
	return result, errors.Join(os.Chtimes(result, now, now), keepNewest(c.Path("steps", name)))
}

// keepNewest removes the results of a step that were not used for longest, but
// none that is mounted: a node may run from it.
func keepNewest(folder string) error {
	found, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	type result struct {
		name string
		used time.Time
	}
	var results []result
	for _, one := range found {
		info, err := one.Info()
		if err != nil {
			return err
		}
		results = append(results, result{one.Name(), info.ModTime()})
	}
	slices.SortFunc(results, func(a, b result) int { return b.used.Compare(a.used) })
	if len(results) <= kept {
		return nil
	}
	mounts := allMounts()
	for _, old := range results[kept:] {
		path := filepath.Join(folder, old.name)
		// Mounts are listed relative to their file system, so only the end is sure.
		if bytes.Contains(mounts, []byte(filepath.Join("steps", filepath.Base(folder), old.name))) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// allMounts is the text of the mounts that any process sees, as far as they can
// be read: processes end meanwhile.
func allMounts() []byte {
	var all []byte
	files, err := filepath.Glob("/proc/[0-9]*/mountinfo")
	if err != nil {
		return nil
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			all = append(all, text...)
		}
	}
	return all
}
