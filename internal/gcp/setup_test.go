package gcp

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// errTrust is why httptest's certificate is not trusted, if it is not.
var errTrust error

func TestMain(m *testing.M) {
	errTrust = trustTestServers()
	goleak.VerifyTestMain(m)
}

const (
	testPause = 2 * time.Millisecond
	testPoll  = 10 * time.Millisecond
)

// emulated starts an emulator and clients of it. change may adapt their configuration.
func emulated(t *testing.T, options emulator.Options, change ...func(*Config)) (*emulator.Server, *Clients) {
	t.Helper()
	server, err := emulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{Project: "demo", EmulatorHost: server.Addr(), Pause: testPause, PollInterval: testPoll}
	for _, f := range change {
		f(&config)
	}
	clients := New(config)
	t.Cleanup(func() {
		hangUp(clients)
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, clients
}

// hangUp closes the connections of clients; a provider keeps its own until the process ends.
func hangUp(c *Clients) {
	for _, conn := range c.moduleConns.all {
		_ = conn.Close()
	}
	if c.binauthz.made {
		_ = c.binauthz.value.Close()
	}
	if c.system.made {
		_ = c.system.value.Close()
	}
	if c.validation.made {
		_ = c.validation.value.Close()
	}
	if c.notes.made {
		_ = c.notes.value.Close()
	}
	if c.analysis.made {
		_ = c.analysis.value.Close()
	}
	if c.operations.made {
		_ = c.operations.value.Close()
	}
	if c.keys.made {
		_ = c.keys.value.Close()
	}
}

// inject lets faults strike, each in the form of the emulator's -fault flag.
func inject(t *testing.T, server *emulator.Server, texts ...string) {
	t.Helper()
	for _, text := range texts {
		f, err := fault.Parse(text)
		if err == nil {
			err = server.Inject(f)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// calls is how often a method was called, by the last part of its name.
func calls(server *emulator.Server, method string) int {
	total := 0
	for name, n := range server.Calls() {
		if len(name) > len(method) && name[len(name)-len(method)-1:] == "/"+method {
			total += n
		}
	}
	return total
}

// expectCalls fails unless the methods were called exactly as often as said.
func expectCalls(t *testing.T, server *emulator.Server, want map[string]int) {
	t.Helper()
	for method, n := range want {
		if got := calls(server, method); got != n {
			t.Errorf("%s was called %d times, want %d", method, got, n)
		}
	}
}

func expectKind(t *testing.T, err error, kind Kind) {
	t.Helper()
	if !IsKind(err, kind) {
		t.Errorf("got %v, want an error of kind %q", err, kind)
	}
}
