package main

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

const project = "acme-test"

// process is a run of the command as a process of its own, on a project of an emulator.
type process struct {
	*exec.Cmd
	emulator *emulator.Server
	// env contains its own variables, dir is the folder of saved files.
	env map[string]string
	dir string
	// before is the policy before the process. output is the read end of its output.
	before string
	output *os.File
}

// started starts the command with a probe that changes the policy, and returns when the policy is
// changed. The probe then waits for an answer without end.
func started(t *testing.T) *process {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	fatal(t, err)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &process{
		emulator: server, dir: t.TempDir(),
		env: map[string]string{
			"GOOGLE_PROJECT": project, "BINAUTHZ_EMULATOR_HOST": server.Addr(), "ALLOW_POLICY": "yes", "CONFIRM": "yes",
		},
	}
	p.before = p.policy(t)
	f, err := fault.Parse("UpdatePolicy=after:hang")
	fatal(t, err)
	fatal(t, server.Inject(f))
	self, err := os.Executable()
	fatal(t, err)
	p.Cmd = exec.CommandContext(t.Context(), self, p.args()...)
	p.Env = append(os.Environ(), asCommand+"=yes")
	for name, value := range p.env {
		p.Env = append(p.Env, name+"="+value)
	}
	output, end, err := os.Pipe()
	fatal(t, err)
	p.output, p.Stdout, p.Stderr = output, end, end
	fatal(t, p.Start())
	t.Cleanup(func() {
		_ = p.Process.Kill() // it has ended, unless the test failed
		_ = p.Wait()
		_ = output.Close()
	})
	fatal(t, end.Close())
	for deadline := time.Now().Add(time.Minute); p.policy(t) == p.before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the policy was not changed")
		}
	}
	return p
}

func (p *process) args() []string { return []string{"-save", p.dir, "-run", "^POLICY-PATTERN-TWICE$"} }

// policy is the present policy of the project, without etag and time.
func (p *process) policy(t *testing.T) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		"http://"+p.emulator.Addr()+"/v1/projects/"+project+"/policy", http.NoBody)
	fatal(t, err)
	r.Close = true
	reply, err := http.DefaultClient.Do(r)
	fatal(t, err)
	defer reply.Body.Close() //nolint:errcheck // all of it is read
	var policy map[string]any
	fatal(t, json.NewDecoder(reply.Body).Decode(&policy))
	delete(policy, "etag")
	delete(policy, "updateTime")
	text, err := json.Marshal(policy)
	fatal(t, err)
	return string(text)
}

func (p *process) saved(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "*"))
	fatal(t, err)
	return files
}

// ended waits for the end of the process after a signal.
func (p *process) ended(t *testing.T, s os.Signal) {
	t.Helper()
	fatal(t, p.Process.Signal(s))
	time.AfterFunc(time.Minute, func() { _ = p.Process.Kill() })
	_ = p.Wait() // the state has what counts
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSignals: the command restores the policy after a signal, also when its output is a pipe
// without a reader.
func TestSignals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signal syscall.Signal
		closed bool
	}{
		"SIGINT": {syscall.SIGINT, false}, "SIGTERM": {syscall.SIGTERM, false}, "SIGHUP": {syscall.SIGHUP, false},
		"SIGINT without a reader": {syscall.SIGINT, true}, "SIGHUP without a reader": {syscall.SIGHUP, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := started(t)
			if c.closed {
				fatal(t, p.output.Close())
			}
			p.ended(t, c.signal)
			if !p.ProcessState.Exited() {
				t.Errorf("the process ended by %s", p.ProcessState)
			}
			if now := p.policy(t); now != p.before {
				t.Errorf("the policy is %s\nand was %s", now, p.before)
			}
			if files := p.saved(t); len(files) != 0 {
				t.Errorf("left: %v", files)
			}
			if c.closed {
				return
			}
			said, err := io.ReadAll(p.output)
			if err != nil || !strings.Contains(string(said), "The changes of POLICY-PATTERN-TWICE are restored.") {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

// TestKilled: a killed run leaves the changed policy and a saved file. The next run on the project
// does not start, but a run on another one does. -restore restores the policy.
func TestKilled(t *testing.T) {
	t.Parallel()
	p := started(t)
	p.ended(t, syscall.SIGKILL)
	files := p.saved(t)
	if len(files) != 1 || p.policy(t) == p.before {
		t.Fatalf("files %v, policy %s", files, p.policy(t))
	}
	out := filepath.Join(t.TempDir(), "out.md")
	code, _, stderr := try(t, p.env, append(p.args(), "-out", out)...)
	if code != 1 || !strings.Contains(stderr, "make probe RESTORE="+files[0]) {
		t.Errorf("the next run: %d %s", code, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a run that did not start wrote an outcome")
	}
	other := maps.Clone(p.env)
	other["GOOGLE_PROJECT"] = "acme-other"
	if code, stdout, stderr := try(t, other, p.args()...); code != 0 || !strings.Contains(stdout, "1 probes, 1 as emulated.") {
		t.Errorf("a run on another project: %d %s", code, stderr)
	}
	if code, _, stderr := try(t, other, "-restore", files[0]); code != 1 || !strings.Contains(stderr, "GOOGLE_PROJECT is acme-other") {
		t.Errorf("the restore on another project: %d %s", code, stderr)
	}
	if left := p.saved(t); len(left) != 1 || p.policy(t) == p.before {
		t.Fatalf("files %v, policy %s", left, p.policy(t))
	}
	delete(p.env, "GOOGLE_PROJECT") // the file has it
	code, _, stderr = try(t, p.env, "-restore", files[0])
	if code != 0 || !strings.Contains(stderr, "The policy of the project is restored.") {
		t.Errorf("the restore: %d %s", code, stderr)
	}
	if left := p.saved(t); len(left) != 0 || p.policy(t) != p.before {
		t.Errorf("files %v, policy %s", left, p.policy(t))
	}
}
