package cache

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
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

func TestAMountedResultStays(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting needs root")
	}
	c := open(t, t.TempDir())
	step := func(i int) string {
		folder, err := c.Step("compile", key(i), func(string) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	// In a mount namespace of its own, as a node has it.
	node := exec.Command("unshare", "--mount", "sh", "-c", `mount --bind "$0" "$0" && echo mounted && exec sleep 600`, step(0))
	out, err := node.StdoutPipe()
	if err := errors.Join(err, node.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = node.Process.Kill(), node.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	for i := 1; i < 5; i++ {
		step(i)
	}
	for i, want := range []bool{true, false, true, true, true} {
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
