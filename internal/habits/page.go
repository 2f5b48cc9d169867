package habits

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/guides"
)

// guide is the page with the tables.
const guide = "templates/guides/terraform-versions.md"

// Files returns the content of the generated files of the repository at root, by relative path.
func Files(root string) (map[string]string, error) {
	matrix, err := Load(root)
	if err != nil {
		return nil, err
	}
	text, err := guides.WithTables(root, guide, File, "\n"+Page(matrix)+"\n")
	return map[string]string{guide: text}, err
}

// Page returns the generated part of the guide, in Markdown: the working features of each CLI, and
// the messages for the others.
func Page(m Matrix) string {
	columns := slices.SortedFunc(maps.Keys(m), order)
	var table, refusals strings.Builder
	fmt.Fprintf(&table, "| | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, h := range All {
		fmt.Fprintf(&table, "| %s |", h.Words)
		said := map[Outcome][]string{}
		for _, c := range columns {
			outcome := m[c][h.ID]
			if outcome == Works {
				fmt.Fprint(&table, " yes |")
				continue
			}
			fmt.Fprint(&table, " no |")
			said[outcome] = append(said[outcome], c)
		}
		fmt.Fprintln(&table)
		for _, outcome := range slices.Sorted(maps.Keys(said)) {
			fmt.Fprintf(&refusals, "| %s | %s | `%s` |\n", h.Words, strings.Join(said[outcome], ", "), outcome)
		}
	}
	if refusals.Len() > 0 {
		fmt.Fprint(&table, "\nIf the answer is no, the CLI prints:\n\n| | Version | Message |\n|---|---|---|\n"+refusals.String())
	}
	return table.String()
}

// order sorts Terraform before OpenTofu, and releases by their numbers.
func order(a, b string) int {
	productA, versionA, _ := strings.Cut(a, " ")
	productB, versionB, _ := strings.Cut(b, " ")
	return cmp.Or(-cmp.Compare(productA, productB), slices.Compare(numbers(versionA), numbers(versionB)), cmp.Compare(versionA, versionB))
}

// numbers returns the numbers of a version, without its pre-release suffix.
func numbers(version string) (all []int) {
	release, _, _ := strings.Cut(version, "-")
	for part := range strings.SplitSeq(release, ".") {
		n, _ := strconv.Atoi(part) // a part without a number sorts first
		all = append(all, n)
	}
	return all
}
