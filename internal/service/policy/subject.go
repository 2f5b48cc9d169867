package policy

import (
	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// subject is what an admission path names, as the ids of rules and patterns name it, whether the policy is owned whole or in parts.
func subject(project string, p admission.Path) string {
	switch p.Field {
	case admission.FieldPatterns:
		return patternID(project, p.Value)
	case admission.FieldGlobal:
		return resname.Policy{Project: project}.String() + "/" + p.Field
	}
	id := ruleID(project, target{admission.Scope(p.Field), p.Key})
	if p.Attribute == admission.FieldAttestors {
		id += ", " + p.Value
	}
	return id
}
