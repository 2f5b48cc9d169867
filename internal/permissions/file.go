package permissions

import (
	"path/filepath"

	"github.com/binauthz/terraform-provider-binauthz/internal/guides"
)

// guide is the page with the tables.
const guide = "templates/guides/permissions.md"

// Files returns the content of the generated files of the repository at root, by relative path.
func Files(root string) (map[string]string, error) {
	methods, err := Methods(filepath.Join(root, "internal/gcp"))
	if err != nil {
		return nil, err
	}
	page, err := Page(methods)
	if err != nil {
		return nil, err
	}
	text, err := guides.WithTables(root, guide, "internal/permissions", page+"\n")
	if err != nil {
		return nil, err
	}
	plan, err := Role(methods, true)
	if err != nil {
		return nil, err
	}
	apply, err := Role(methods, false)
	return map[string]string{
		guide:                       text,
		"examples/roles/plan.yaml":  plan,
		"examples/roles/apply.yaml": apply,
	}, err
}
