package permissions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// categories are the parts of the table, by the prefix of their constructs.
var categories = []struct{ prefix, heading string }{
	{"resource/", "Resources"},
	{"data-source/", "Data sources"},
	{"list-resource/", "List resources"},
	{"action/", "Actions"},
}

// row is one line of the table.
type row struct {
	permission, role string
	operations       []string
	when, without    string
}

// Page returns the generated part of the guide, in Markdown.
func Page(methods map[string]Method) (string, error) {
	var b strings.Builder
	for _, c := range categories {
		fmt.Fprintf(&b, "\n### %s\n\n| | Operations | Permission | Role | Condition, and effect of a missing permission "+
			"|\n|---|---|---|---|---|\n", c.heading)
		for _, construct := range slices.Sorted(maps.Keys(Table)) {
			name, ok := strings.CutPrefix(construct, c.prefix)
			if !ok {
				continue
			}
			rows, err := rowsOf(Table[construct], methods)
			if err != nil {
				return "", fmt.Errorf("%s: %w", construct, err)
			}
			for _, r := range rows {
				fmt.Fprintf(&b, "| `%s` | %s | `%s` | `%s` | %s |\n", name, words(r.operations), r.permission, r.role, r.remark())
			}
		}
	}
	return b.String(), nil
}

// rowsOf returns the rows of a construct: one for each permission and condition.
func rowsOf(needs []Need, methods map[string]Method) (rows []row, err error) {
	for _, n := range needs {
		for name := range strings.FieldsSeq(n.Methods) {
			m, ok := find(methods, name)
			if !ok {
				return nil, fmt.Errorf("no method %s", name)
			}
			next := row{permission: m.Permission, role: m.Role, operations: strings.Fields(n.Operations), when: n.When, without: n.remark()}
			same := func(r row) bool {
				return r.permission == next.permission && r.when == next.when && r.without == next.without
			}
			if i := slices.IndexFunc(rows, same); i >= 0 {
				rows[i].operations = append(rows[i].operations, next.operations...)
				continue
			}
			rows = append(rows, next)
		}
	}
	return rows, nil
}

func find(methods map[string]Method, name string) (Method, bool) {
	if m, ok := methods[name]; ok {
		return m, true
	}
	m, ok := named[name]
	return m, ok
}

func (n Need) remark() string {
	switch {
	case n.Without != "":
		return "Optional. " + n.Without
	case n.Unproven != "":
		return "Not proven. " + n.Unproven
	}
	return ""
}

func (r row) remark() string {
	when := r.when
	if when != "" {
		when = strings.ToUpper(when[:1]) + when[1:] + "."
	}
	return strings.TrimSpace(when + " " + r.without)
}

// order is the order of operations in a row.
var order = []string{"read", "import", "plan-create", "plan-update", "plan-delete", "create", "update", "delete", "invoke"}

// words formats operations for the table: "plan (update, delete), create".
func words(operations []string) string {
	var plans, others []string
	for _, name := range order {
		if !slices.Contains(operations, name) {
			continue
		}
		if of, ok := strings.CutPrefix(name, "plan-"); ok {
			plans = append(plans, of)
		} else {
			others = append(others, name)
		}
	}
	if len(plans) > 0 {
		others = append([]string{"plan (" + strings.Join(plans, ", ") + ")"}, others...)
	}
	return strings.Join(others, ", ")
}

// planned reports whether an operation is part of a plan only.
func planned(operation string) bool {
	return operation == "read" || operation == "import" || strings.HasPrefix(operation, "plan-")
}
