package policy

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// ruleID is the full name of a rule.
func ruleID(project string, t target) string {
	return resname.Policy{Project: project}.String() + "/" + t.String()
}

// splitRuleID reads "projects/{project}/policy/{rule}", "{project}/{rule}" or "{rule}"; the last in defaultProject.
func splitRuleID(id, defaultProject string) (project string, t target, err error) {
	if rest, ok := strings.CutPrefix(id, "projects/"); ok {
		project, rule, found := strings.Cut(rest, "/policy/")
		if !found {
			return "", t, fmt.Errorf("%q is not the name of a rule: want projects/{project}/policy/{rule}", id)
		}
		t, err = parseTarget(rule)
		return project, t, err
	}
	if t, err = parseTarget(id); err == nil {
		return defaultProject, t, nil
	}
	if project, rule, ok := strings.Cut(id, "/"); ok {
		if t, inProject := parseTarget(rule); inProject == nil {
			return project, t, nil
		}
	}
	return "", t, err
}

func parseRule(id, defaultProject string) (map[string]string, error) {
	project, t, err := splitRuleID(id, defaultProject)
	if err == nil {
		project, err = resname.ParseProject(project)
	}
	return map[string]string{"id": ruleID(project, t), "project": project}, err
}

func identifyRule(m *ruleModel) map[string]string {
	_, t, err := splitRuleID(m.ID.ValueString(), "")
	if err != nil {
		return nil
	}
	return map[string]string{"project": m.Project.ValueString(), "rule": t.String()}
}
