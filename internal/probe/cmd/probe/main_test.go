package main

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// asCommand is the variable that makes the test binary the command itself.
const asCommand = "PROBE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	if signal.Ignored(syscall.SIGHUP) { // under nohup; a child would ignore it too
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	goleak.VerifyTestMain(m)
}

// try runs the command with variables and returns its exit code and its output.
func try(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, func(k string) string { return env[k] }, &out, &errs)
	return code, out.String(), errs.String()
}

func TestEmulator(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "out.json")
	code, stdout, stderr := try(t, nil, "-run", "^ATTESTOR-ETAG", "-save", t.TempDir(), "-out", file)
	if code != 0 || stderr != "" || !strings.Contains(stdout, "4 probes, 4 as emulated.") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	if raw, err := os.ReadFile(file); err != nil || !strings.Contains(string(raw), `"id": "ATTESTOR-ETAG-STALE"`) {
		t.Errorf("%s %v", raw, err)
	}
}

// TestNoConfirmation: nothing is done on a project without confirmation, not even the search for
// credentials.
func TestNoConfirmation(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := try(t, map[string]string{"GOOGLE_PROJECT": "acme-test"})
	if code != 2 || stderr != "" || !strings.Contains(stdout, "No calls were made. To run the probes, set CONFIRM=yes.") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	for _, want := range []string{"run on project acme-test", "duration about", "at no cost", "Skipped, "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		code int
		want string
	}{
		"help":       {nil, []string{"-h"}, 0, "Usage of probe"},
		"flag":       {nil, []string{"-nothing"}, 2, "-nothing"},
		"argument":   {nil, []string{"nothing"}, 2, `unexpected argument "nothing"`},
		"expression": {nil, []string{"-run", "("}, 2, "-run"},
		"variable":   {map[string]string{"GOOGLE_PROJECT": "acme-test", "CLUSTER": "c"}, nil, 2, "CLUSTER=c"},
		"file":       {nil, []string{"-write-list", "/nowhere/doc.go"}, 1, "/nowhere/doc.go"},
		"outcome":    {nil, []string{"-run", "^REST-SLASH$", "-out", "out.txt"}, 1, "must end with"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := try(t, c.env, c.args...)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("%d %s", code, stderr)
			}
		})
	}
}

func TestWriteList(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "doc.go")
	const old = "// # Where the real behavior is not known\n//\n// Old.\n//\n// # What is next\npackage x\n"
	if err := os.WriteFile(file, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := try(t, nil, "-write-list", file)
	raw, err := os.ReadFile(file)
	if code != 0 || err != nil || !strings.Contains(string(raw), "//   - ATTESTOR-ETAG-STALE: ") || strings.Contains(string(raw), "Old.") ||
		!strings.HasSuffix(string(raw), "// # What is next\npackage x\n") {
		t.Errorf("%d %s %v\n%s", code, stderr, err, raw)
	}
}
