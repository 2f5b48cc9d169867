package permissions_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/permissions"
)

const source = "../gcp"

func methods(t *testing.T) map[string]permissions.Method {
	t.Helper()
	all, err := permissions.Methods(source)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// needs are the needs of an operation under the conditions of a scenario. conditional are the needs
// added by these conditions.
func (s scenario) needs(operation string) (all, conditional []permissions.Need) {
	for _, n := range permissions.Table[s.construct] {
		if !n.Has(operation) || n.Unproven != "" {
			continue
		}
		switch {
		case n.When == "":
			all = append(all, n)
		case slices.Contains(s.with, n.When):
			all, conditional = append(all, n), append(conditional, n)
		}
	}
	return all, conditional
}

// first reports whether no scenario of the construct with fewer conditions runs the operation.
func (s scenario) first(operation string) bool {
	return len(s.with) == 0 || !slices.ContainsFunc(everything(), func(other scenario) bool {
		return other.construct == s.construct && len(other.with) == 0 && slices.Contains(other.operations(), operation)
	})
}

// names maps the method names of needs to whether the operation fails without the method.
func names(all map[string]permissions.Method, needs []permissions.Need) map[string]bool {
	required := map[string]bool{}
	for _, n := range needs {
		for method := range strings.FieldsSeq(n.Methods) {
			required[all[method].Name] = required[all[method].Name] || n.Without == ""
		}
	}
	return required
}

// denied returns faults to deny methods, each with its permission.
func denied(all map[string]permissions.Method, refuse func(name string) bool) (faults []fault.Fault) {
	for _, m := range all {
		if refuse(m.Name) {
			faults = append(faults, fault.Fault{Method: m.Name, Kind: "permission_denied", Count: fault.Forever, Permission: m.Permission})
		}
	}
	return faults
}

// TestPermissions runs each operation with exactly the permissions of the table, and again without
// each of them.
func TestPermissions(t *testing.T) {
	t.Parallel()
	for _, s := range everything() {
		for _, operation := range s.operations() {
			needs, conditional := s.needs(operation)
			if len(s.with) > 0 && len(conditional) == 0 {
				continue // as without the conditions
			}
			t.Run(s.construct+" "+strings.Join(s.with, ", ")+" "+operation, func(t *testing.T) {
				t.Parallel()
				s.prove(t, operation, needs, conditional)
			})
		}
	}
}

func (s scenario) prove(t *testing.T, operation string, needs, conditional []permissions.Need) {
	t.Helper()
	all := methods(t)
	named := names(all, needs)
	tr := s.trial(t)
	err := operations[operation](tr, denied(all, func(name string) bool { _, ok := named[name]; return !ok }))
	if called := tr.called(); err != nil || !slices.Equal(called, slices.Sorted(maps.Keys(named))) {
		t.Errorf("with the permissions of the table, it calls %q instead of %q: %v", called, slices.Sorted(maps.Keys(named)), err)
		return
	}
	if !s.first(operation) {
		named = names(all, conditional) // the first scenario proves the others
	}
	for refused, required := range named {
		tr := s.trial(t)
		err := operations[operation](tr, denied(all, func(name string) bool { return name == refused }))
		switch {
		case required && (err == nil || !strings.Contains(err.Error(), "ermission")):
			t.Errorf("the table requires %s, but without it: %v %q", refused, err, tr.last.warnings)
		case !required && err != nil:
			t.Errorf("the table does not require %s, but without it: %v", refused, err)
		}
	}
}

// TestEveryNeedIsProven expects a scenario for each line of the table.
func TestEveryNeedIsProven(t *testing.T) {
	t.Parallel()
	for construct, needs := range permissions.Table {
		for _, n := range needs {
			for operation := range strings.FieldsSeq(n.Operations) {
				proves := func(s scenario) bool {
					return s.construct == construct && slices.Contains(s.operations(), operation) &&
						(n.When == "" && s.first(operation) || slices.Contains(s.with, n.When))
				}
				if n.Unproven == "" && !slices.ContainsFunc(everything(), proves) {
					t.Errorf("no scenario proves %s %s %q", construct, operation, n)
				}
			}
		}
	}
}
