package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	contributing = "CONTRIBUTING.md"
	// mostInvariants limits the list of invariants to a number readers can remember.
	mostInvariants = 15
)

var (
	invariant    = regexp.MustCompile(`(?m)^- \*\*([A-Z]+-[0-9]+)\*\*:((?:.+\n)(?:  .+\n)*)`)
	namedTest    = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)`")
	testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)\(`)
)

// TestInvariantsHaveTests: CONTRIBUTING.md has few invariants, their ids are unique, and each names
// an existing test.
func TestInvariantsHaveTests(t *testing.T) {
	t.Parallel()
	exists, seen := testFunctions(t), map[string]bool{}
	for _, found := range invariant.FindAllStringSubmatch(read(t, contributing), -1) {
		id, tests := found[1], namedTest.FindAllStringSubmatch(found[2], -1)
		if seen[id] {
			t.Errorf("%s has the id %s twice", contributing, id)
		}
		seen[id] = true
		if len(tests) == 0 {
			t.Errorf("%s names no test", id)
		}
		for _, test := range tests {
			if !exists[test[1]] {
				t.Errorf("%s names %s, which does not exist", id, test[1])
			}
		}
	}
	if marked := strings.Count(read(t, contributing), "\n- **"); len(seen) == 0 || len(seen) > mostInvariants || marked != len(seen) {
		t.Errorf("%s has %d invariants in %d items: want 1 to %d, one in each item", contributing, len(seen), marked, mostInvariants)
	}
}

// TestNamedTestsExist checks the tests named in DESIGN.md.
func TestNamedTestsExist(t *testing.T) {
	t.Parallel()
	exists := testFunctions(t)
	for _, test := range namedTest.FindAllStringSubmatch(read(t, "DESIGN.md"), -1) {
		if !exists[test[1]] {
			t.Errorf("DESIGN.md names %s, which does not exist", test[1])
		}
	}
}

// testFunctions are the names of all tests and fuzz targets of the module.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range testFunction.FindAllSubmatch(source, -1) {
			names[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
