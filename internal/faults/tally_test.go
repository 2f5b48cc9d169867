package faults_test

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"testing"
)

// counts sums up the results of the package's scenarios.
type counts struct {
	mu                                                                 sync.Mutex
	scenarios, struck, lost, duplicates, switchedOff, panics, attempts int
}

var tally counts

func (c *counts) add(change func(*counts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(c)
}

func (c *counts) String() string {
	return fmt.Sprintf("%d scenarios, %d calls struck by a fault: %d objects lost, %d duplicates, %d clusters switched off, %d "+
		"panics; at most %d attempts of one call",
		c.scenarios, c.struck, c.lost, c.duplicates, c.switchedOff, c.panics, c.attempts)
}

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // hundreds of short lives in one process
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil { // they mostly wait
		fmt.Fprintln(os.Stderr, err)
	}
	code := m.Run()
	fmt.Fprintln(os.Stdout, tally.String())
	os.Exit(code) //nolint:forbidigo // the way a TestMain ends
}
