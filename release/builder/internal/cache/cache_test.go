package cache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T, root string) *Cache {
	t.Helper()
	c, err := Open(root, func() {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func key(i int) string { return strings.Repeat(fmt.Sprintf("%x", i), 16) }

func TestAResultIsMadeOnce(t *testing.T) {
	c, times := open(t, t.TempDir()), 0
	for range 2 {
		folder, err := c.Step("compile", key(1), func(folder string) error {
			times++
			return os.WriteFile(filepath.Join(folder, "out"), nil, 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(folder, "out")); err != nil {
			t.Fatal(err)
		}
	}
	if times != 1 {
		t.Errorf("made %d times", times)
	}
}

func TestAFailedStepLeavesNothing(t *testing.T) {
	c := open(t, t.TempDir())
	broken := errors.New("broken")
	if _, err := c.Step("compile", key(1), func(string) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	if left, _ := filepath.Glob(c.Path("*", "*")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestOldResultsGoAndUsedOnesStay(t *testing.T) {
	c := open(t, t.TempDir())
	step := func(i int) string {
		folder, err := c.Step("compile", key(i), func(string) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	for i := range 3 {
		past := time.Now().Add(time.Duration(i-10) * time.Hour)
		if err := os.Chtimes(step(i), past, past); err != nil {
			t.Fatal(err)
		}
	}
	step(0) // Used again, so 1 is the oldest now.
	step(3)
	for i, want := range []bool{true, false, true, true} {
		if _, err := os.Stat(c.Path("steps", "compile", key(i))); (err == nil) != want {
			t.Errorf("result %d is there: %t", i, err == nil)
		}
	}
}

func TestWaitsForAnotherBuild(t *testing.T) {
	root := t.TempDir()
	first := open(t, root)
	waiting, opened := make(chan struct{}), make(chan error)
	go func() {
		second, err := Open(root, func() { close(waiting) })
		if err == nil {
			err = second.Close()
		}
		opened <- err
	}()
	<-waiting
	select {
	case <-opened:
		t.Fatal("two builds hold the cache")
	default:
	}
	if err := errors.Join(first.Close(), <-opened); err != nil {
		t.Error(err)
	}
}
