package release

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"openpks.org/release/builder/internal/archive"
)

// Package is one package of the release, with its files found.
type Package struct {
	Name         string
	Dependencies []string
	Files        []archive.Entry // Its packaging script is one of them.
	Fingerprint  string
}

// Job is one job of the release.
type Job struct {
	Name        string
	Packages    []string
	Files       []archive.Entry // job.MF, monit and templates, as in its archive.
	Fingerprint string
}

// Override replaces a source file: the release of another minor version differs
// in nothing but these.
type Override map[string]string // Name below src/ to the file to take instead.

// Packages reads packages/*, in an order in which dependencies come first.
// Files are looked for below src and then below blobs.
func Packages(folder, blobs string, override Override) ([]Package, error) {
	specs, err := filepath.Glob(filepath.Join(folder, "packages", "*", "spec"))
	if err != nil {
		return nil, err
	}
	var found []Package
	for _, spec := range specs {
		one, err := readPackage(folder, blobs, filepath.Dir(spec), override)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return ordered(found)
}

func readPackage(folder, blobs, at string, override Override) (Package, error) {
	spec, err := readSpec(filepath.Join(at, "spec"))
	if err != nil {
		return Package{}, err
	}
	one := Package{Name: filepath.Base(at), Dependencies: spec["dependencies"]}
	if !slices.Equal(spec["name"], []string{one.Name}) {
		return Package{}, fmt.Errorf("package %s calls itself %v", one.Name, spec["name"])
	}
	sources, err := archive.Below(filepath.Join(folder, "src"))
	if err != nil {
		return Package{}, err
	}
	for i := range sources {
		if instead, ok := override[sources[i].Name]; ok {
			sources[i].Disk = instead
		}
	}
	external, err := archive.Below(blobs)
	if err != nil {
		return Package{}, err
	}
	var excluded []*regexp.Regexp
	for _, glob := range spec["excluded_files"] {
		excluded = append(excluded, globPattern(glob))
	}
	settled := map[string]bool{}
	for _, glob := range spec["files"] {
		pattern, matched := globPattern(glob), false
		for _, file := range slices.Concat(sources, external) {
			if !pattern.MatchString(file.Name) {
				continue
			}
			matched = true
			unwanted := slices.ContainsFunc(excluded, func(e *regexp.Regexp) bool { return e.MatchString(file.Name) })
			if !unwanted && !settled[file.Name] {
				one.Files = append(one.Files, file)
			}
			settled[file.Name] = true
		}
		if !matched {
			return Package{}, fmt.Errorf("package %s: no file matches %s", one.Name, glob)
		}
	}
	one.Files = append(one.Files, archive.Entry{Name: packaging, Disk: filepath.Join(at, packaging)})
	one.Fingerprint, err = Fingerprint(one.Files, one.Dependencies)
	return one, err
}

// ordered sorts packages so that each comes after its dependencies.
func ordered(packages []Package) ([]Package, error) {
	var result []Package
	done := map[string]bool{}
	for len(result) < len(packages) {
		before := len(result)
		for _, one := range packages {
			ready := !done[one.Name] && !slices.ContainsFunc(one.Dependencies, func(d string) bool { return !done[d] })
			if ready {
				done[one.Name] = true
				result = append(result, one)
			}
		}
		if len(result) == before {
			return nil, fmt.Errorf("packages depend on each other, or on missing ones: %d of %d can be built", len(result), len(packages))
		}
	}
	return result, nil
}

// Jobs reads jobs/*. There may be none yet.
func Jobs(folder string) ([]Job, error) {
	specs, err := filepath.Glob(filepath.Join(folder, "jobs", "*", "spec"))
	if err != nil {
		return nil, err
	}
	var jobs []Job
	for _, path := range specs {
		job, err := readJob(filepath.Dir(path))
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func readJob(at string) (Job, error) {
	job := Job{Name: filepath.Base(at)}
	spec, err := readSpec(filepath.Join(at, "spec"))
	if err != nil {
		return job, err
	}
	if !slices.Equal(spec["name"], []string{job.Name}) {
		return job, fmt.Errorf("job %s calls itself %v", job.Name, spec["name"])
	}
	job.Packages = spec["packages"]
	job.Files = []archive.Entry{
		{Name: "job.MF", Disk: filepath.Join(at, "spec")},
		{Name: "monit", Disk: filepath.Join(at, "monit")},
	}
	schema := filepath.Join(at, "properties_schema.json")
	if _, err := os.Stat(schema); err == nil {
		job.Files = append(job.Files, archive.Entry{Name: "properties_schema.json", Disk: schema})
	}
	for _, template := range spec["templates"] {
		job.Files = append(job.Files, archive.Entry{Name: "templates/" + template, Disk: filepath.Join(at, "templates", template)})
	}
	for _, file := range job.Files {
		if _, err := os.Stat(file.Disk); err != nil {
			return job, fmt.Errorf("job %s: %w", job.Name, err)
		}
	}
	job.Fingerprint, err = Fingerprint(job.Files, nil)
	return job, err
}

// globPattern understands * (within a folder) and **/ (any folders, also none).
func globPattern(glob string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(glob)
	quoted = strings.ReplaceAll(quoted, `\*\*/`, `(?:.*/)?`)
	quoted = strings.ReplaceAll(quoted, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + quoted + "$")
}

var (
	topKey  = regexp.MustCompile(`^["']?([A-Za-z_]+)["']?:\s*(.*)$`)
	item    = regexp.MustCompile(`^\s*-\s+(.+)$`)
	mapping = regexp.MustCompile(`^\s+(\S+?):(?:\s.*)?$`)
)

// readSpec reads what the builder needs of a job's or package's spec: of each
// top-level key the scalar, the items of the list, or the keys of the map one
// level below. The Director reads the same file as full YAML.
func readSpec(path string) (map[string][]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	spec, key, depth := map[string][]string{}, "", 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \t\r\n")
		if comment := strings.Index(line, " #"); comment >= 0 {
			line = strings.TrimRight(line[:comment], " ")
		}
		if line == "" || line == "---" || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if match := topKey.FindStringSubmatch(line); match != nil {
			key, depth = match[1], 0
			spec[key] = append(spec[key], inline(match[2])...)
			continue
		}
		if match := item.FindStringSubmatch(line); match != nil && key != "" {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			if depth == 0 {
				depth = indent + 1
			}
			if indent == depth-1 {
				spec[key] = append(spec[key], unquote(match[1]))
			}
			continue
		}
		if match := mapping.FindStringSubmatch(line); match != nil && key != "" {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			if depth == 0 {
				depth = indent + 1
			}
			if indent == depth-1 {
				spec[key] = append(spec[key], unquote(match[1]))
			}
		}
	}
	return spec, nil
}

// inline reads the value beside a key: a scalar, or a list in brackets.
func inline(value string) []string {
	if value == "" || value == "{}" {
		return nil
	}
	if list, ok := strings.CutPrefix(value, "["); ok {
		var items []string
		for one := range strings.SplitSeq(strings.TrimSuffix(list, "]"), ",") {
			if one = unquote(strings.TrimSpace(one)); one != "" {
				items = append(items, one)
			}
		}
		return items
	}
	return []string{unquote(value)}
}

func unquote(value string) string { return strings.Trim(strings.TrimSpace(value), `"'`) }
