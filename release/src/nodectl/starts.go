package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// startLimit is how often a process may be started anew while somebody waits
// for it: more often it does not get better by waiting.
const startLimit = 3

// starts counts how often jobs' processes were started anew, by the files in
// which bin/ctl notes their births.
type starts struct {
	files  string
	births map[string]string
	counts map[string]int
}

func addStartsFlag(flags *flag.FlagSet) *starts {
	s := &starts{births: map[string]string{}, counts: map[string]int{}}
	flags.StringVar(&s.files, "births", "",
		"files, separated by commas, with the births of processes that are waited for: no use in waiting when one ends again and again")
	return s
}

// check says which process ends again and again.
func (s *starts) check() error {
	for _, file := range split(s.files) {
		text, err := os.ReadFile(file)
		birth := strings.TrimSpace(string(text))
		if err != nil || birth == "" || birth == s.births[file] { // Between two starts there is no file.
			continue
		}
		if s.births[file] != "" {
			s.counts[file]++
		}
		s.births[file] = birth
		if s.counts[file] >= startLimit {
			return fmt.Errorf("%s ended and was started again %d times", filepath.Base(filepath.Dir(file)), s.counts[file])
		}
	}
	return nil
}
