package bench_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// workspace is a directory with a configuration and a state.
type workspace struct {
	dir string
	env []string
}

// environment is the environment of all measured processes: only the variables needed by programs,
// nothing else of the user's.
func environment(more ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"}, more...)
}

func newWorkspace(b *testing.B, config string, env ...string) *workspace {
	b.Helper()
	w := &workspace{dir: b.TempDir(), env: environment(env...)}
	w.write(b, "main.tf", config)
	return w
}

func (w *workspace) write(b *testing.B, name, text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// cost is the cost of one run of Terraform: elapsed time, processor time of all its processes, and
// processor time of the provider alone.
type cost struct {
	wall, cpu, provider time.Duration
}

// run runs Terraform with a provider and fails unless it exits with 0.
func (w *workspace) run(b *testing.B, p program, args ...string) cost {
	b.Helper()
	cmd := exec.Command(terraform(), append(args, "-no-color", "-input=false")...)
	times := filepath.Join(w.dir, "times")
	_ = os.Remove(times)
	cmd.Dir, cmd.Env = w.dir, slices.Concat(w.env, []string{"TF_CLI_CONFIG_FILE=" + w.overrides(b, p, times)})
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("terraform %s: %s: %s", args[0], err, tail(string(out)))
	}
	return cost{time.Since(begun), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), ofChildren(b, times)}
}

// overrides is a CLI configuration with a program as the provider. A shell in between records the
// processor time of its child.
func (w *workspace) overrides(b *testing.B, p program, times string) string {
	b.Helper()
	dir := filepath.Join(w.dir, fmt.Sprintf("%x", p.path))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		b.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\n'%s' \"$@\"\ntimes >>'%s'\n", p.path, times)
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(p.path)), []byte(script), 0o700); err != nil {
		b.Fatal(err)
	}
	name := fmt.Sprintf("%x.tfrc", p.path)
	w.write(b, name, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", p.source, dir))
	return filepath.Join(w.dir, name)
}

// ofChildren is the processor time in the output of the shell's `times`: a line for the shell and a
// line for its children, repeated, each with user and system time such as 0m1.230000s.
func ofChildren(b *testing.B, path string) (total time.Duration) {
	b.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		for field := range strings.FieldsSeq(line) {
			took, err := time.ParseDuration(field)
			if err != nil {
				b.Fatal(err)
			}
			if i%2 == 1 {
				total += took
			}
		}
	}
	return total
}

func terraform() string {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	return "terraform"
}

func tail(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// made returns the number of calls between two counts.
func made(before, after map[string]int) (total int) {
	for name, n := range after {
		total += n - before[name]
	}
	return total
}

func called(before, after map[string]int, method string) (total int) {
	for name := range maps.Keys(after) {
		if strings.HasSuffix(name, "/"+method) {
			total += after[name] - before[name]
		}
	}
	return total
}
