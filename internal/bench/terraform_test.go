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

// environment is that of every process that is measured: nothing of the user's but what programs need to run.
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

// cost is what one run of Terraform took, all its processes together.
type cost struct {
	wall, cpu time.Duration
}

// run runs Terraform with a provider and fails unless it exits with 0.
func (w *workspace) run(b *testing.B, p program, args ...string) cost {
	b.Helper()
	cmd := exec.Command(terraform(), append(args, "-no-color", "-input=false")...)
	cmd.Dir, cmd.Env = w.dir, slices.Concat(w.env, []string{"TF_CLI_CONFIG_FILE=" + w.overrides(b, p)})
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("terraform %s: %s: %s", args[0], err, tail(string(out)))
	}
	return cost{time.Since(begun), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
}

// overrides is a CLI configuration that makes Terraform start a program as the provider.
func (w *workspace) overrides(b *testing.B, p program) string {
	b.Helper()
	name := fmt.Sprintf("%x.tfrc", p.path)
	w.write(b, name, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", p.source, filepath.Dir(p.path)))
	return filepath.Join(w.dir, name)
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

// made is how many calls came between two counts.
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
