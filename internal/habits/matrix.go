package habits

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Outcome is Works, or the CLI's message about an unknown construct.
type Outcome string

// Works is the outcome of a successful run.
const Works Outcome = "works"

// Column has the outcomes of one CLI by the ids of the habits.
type Column map[string]Outcome

// Matrix has the columns by the names of the CLIs, such as "OpenTofu 1.12.6".
type Matrix map[string]Column

// File is the path of the matrix in the repository.
const File = "internal/habits/testdata/habits.json"

// Load reads the matrix of the repository at root.
func Load(root string) (m Matrix, err error) {
	text, err := os.ReadFile(filepath.Join(root, File))
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, &m)
	return m, err
}

// Save writes the matrix into the repository at root.
func (m Matrix) Save(root string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, File), append(text, '\n'), 0o600)
}
