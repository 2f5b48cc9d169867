package acctest

import (
	"os"
	"strings"
	"testing"
	"time"
)

// Interrupt interrupts a command when a method is called for the next time, and returns what the command printed and how long it took to end.
func (g *Ground) Interrupt(t *testing.T, cli *CLI, method string, args ...string) (output string, took time.Duration) {
	t.Helper()
	before := g.Calls(method)
	cmd := cli.Command(args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); g.Calls(method) == before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s was not called: %s", method, said.String())
		}
	}
	begun := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // how Terraform exits after an interrupt is its own affair
	return said.String(), time.Since(begun)
}
