package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// peak watches the processes of a program until stop is closed, and returns the highest resident
// memory of any, in MiB. The kernel stores the peak of each process (VmHWM), so periodic reads are
// enough.
func peak(program string, stop <-chan struct{}) float64 {
	highest := 0.0
	for {
		for _, dir := range processes(program) {
			highest = max(highest, highWater(dir))
		}
		select {
		case <-stop:
			return highest
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// processes returns the directories in /proc of a program's processes.
func processes(program string) []string {
	var found []string
	all, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range all {
		if target, err := os.Readlink(link); err == nil && target == program {
			found = append(found, filepath.Dir(link))
		}
	}
	return found
}

func highWater(dir string) float64 {
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return 0 // the process has ended
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kib, _ := strconv.Atoi(number)
	return float64(kib) / 1024
}

func ofProcess(pid int) string { return fmt.Sprintf("/proc/%d", pid) }
