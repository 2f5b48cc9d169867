package acctest

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
)

// Found is a result of a query.
type Found struct {
	// Address is the address of the list block.
	Address     string            `json:"address"`
	DisplayName string            `json:"display_name"`
	Identity    map[string]string `json:"identity"`
	// Resource has the attributes of the object, nil unless requested.
	Resource map[string]any `json:"resource_object"`
}

// Diagnostic is a warning or an error of a query.
type Diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
}

// Query runs list blocks as `terraform query` does, and returns the results in order.
func (c *CLI) Query(t *testing.T, blocks string) (all []Found, said []Diagnostic) {
	t.Helper()
	c.WriteFile(t, "query.tfquery.hcl", blocks)
	out, _ := c.Run(t, "query", "-json")
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		var line struct {
			Found      *Found      `json:"list_resource_found"`
			Diagnostic *Diagnostic `json:"diagnostic"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		if line.Found != nil {
			all = append(all, *line.Found)
		}
		if line.Diagnostic != nil {
			said = append(said, *line.Diagnostic)
		}
	}
	return all, said
}
