package build

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// alive is how often a running step says that it still runs.
const alive = 30 * time.Second

// progress prints one line when a step begins and one when it ends, each with
// the time since the build began.
type progress struct {
	out   io.Writer
	began time.Time
	lock  sync.Mutex
}

func (p *progress) line(format string, args ...any) {
	p.lock.Lock()
	defer p.lock.Unlock()
	fmt.Fprintf(p.out, "[%6.1fs] %s\n", time.Since(p.began).Seconds(), fmt.Sprintf(format, args...))
}

// step runs work between its two lines.
func (p *progress) step(name string, work func() error) error {
	p.line("%s ...", name)
	began := time.Now()
	ticker := time.NewTicker(alive)
	defer ticker.Stop()
	ended := make(chan error, 1)
	go func() { ended <- work() }()
	for {
		select {
		case <-ticker.C:
			p.line("%s: %.0f s so far", name, time.Since(began).Seconds())
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			p.line("%s: done in %.1f s", name, time.Since(began).Seconds())
			return nil
		}
	}
}
