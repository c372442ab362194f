package build

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// shown is how many of a failed command's last lines are part of the error.
const shown = 25

// command runs a program with its output in a log. When it fails, the error has
// the log's last lines.
func (b *builder) command(ctx context.Context, step, folder string, environment []string, program ...string) error {
	path := b.cache.Path("log", step+".log")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	log, err := os.Create(path)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, program[0], program[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, log, log
	cmd.Env = append(os.Environ(), environment...)
	// With its children: a script's compiler must not outlive an interrupted build.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w; the end of %s:\n%s", err, path, lastLines(path, shown))
	}
	return nil
}

func lastLines(path string, count int) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	var out strings.Builder
	for _, line := range lines[max(0, len(lines)-count):] {
		fmt.Fprintf(&out, "    %s\n", line)
	}
	return strings.TrimRight(out.String(), "\n")
}
