package acctest

import (
	"os"
	"strings"
	"testing"
	"time"
)

// interruptLimit is the longest time from an interrupt to the end of the command. A second interrupt
// then ends it, so that a test that hangs fails with the output of its command.
const interruptLimit = time.Minute

// Interrupt interrupts a command at the next call of a method, and returns the command's output and
// its time to the end. A command that goes on for more than interruptLimit fails the test.
func (g *Ground) Interrupt(t *testing.T, cli *CLI, method string, args ...string) (output string, took time.Duration) {
	t.Helper()
	return g.InterruptAfter(t, 1, cli, method, args...)
}

// InterruptAfter is Interrupt once a method was called so often.
func (g *Ground) InterruptAfter(t *testing.T, calls int, cli *CLI, method string, args ...string) (output string, took time.Duration) {
	t.Helper()
	before := g.Calls(method)
	cmd := cli.Command(args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); g.Calls(method) < before+calls; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s was not called %d times: %s", method, calls, said.String())
		}
	}
	begun := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	again := time.AfterFunc(interruptLimit, func() { _ = cmd.Process.Signal(os.Interrupt) })
	_ = cmd.Wait() // Terraform's exit code after an interrupt does not matter
	if !again.Stop() {
		t.Fatalf("%v went on for %s after the interrupt, and said: %s", args, interruptLimit, said.String())
	}
	return said.String(), time.Since(begun)
}
