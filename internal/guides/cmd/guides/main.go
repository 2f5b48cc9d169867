// Command guides writes the tables of the guides "Permissions" and "Terraform and OpenTofu
// versions", and the custom roles. `make generate` runs it in the repository.
package main

import (
	"fmt"
	"os"

	"github.com/binauthz/terraform-provider-binauthz/internal/habits"
	"github.com/binauthz/terraform-provider-binauthz/internal/permissions"
)

func main() {
	for _, files := range []func(root string) (map[string]string, error){permissions.Files, habits.Files} {
		if err := write(files); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func write(generate func(root string) (map[string]string, error)) error {
	files, err := generate(".")
	if err != nil {
		return err
	}
	for path, content := range files {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil { //nolint:gosec // files of the repository
			return err
		}
	}
	return nil
}
