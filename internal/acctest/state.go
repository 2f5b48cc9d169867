package acctest

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Instance is an instance of a resource in the state.
type Instance struct {
	Attributes map[string]any `json:"attributes"`
	Identity   map[string]any `json:"identity"`
	// Private is the decoded private state: JSON by key.
	Private map[string]string `json:"-"`
}

// Instances returns the first instances of all managed resources in the state, by address without
// module.
func (c *CLI) Instances(t *testing.T) map[string]Instance {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				Instance

				Private string `json:"private"`
			}
		}
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}
	all := map[string]Instance{}
	for _, r := range state.Resources {
		if r.Mode == "managed" && len(r.Instances) > 0 {
			i := r.Instances[0].Instance
			i.Private = decodePrivate(t, r.Instances[0].Private)
			all[r.Type+"."+r.Name] = i
		}
	}
	return all
}

func decodePrivate(t *testing.T, encoded string) map[string]string {
	t.Helper()
	all := map[string]string{}
	if encoded == "" {
		return all
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var values map[string][]byte
	if json.Unmarshal(text, &values) != nil {
		return all // another provider's
	}
	for key, value := range values {
		all[key] = string(value)
	}
	return all
}
