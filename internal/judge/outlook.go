package judge

import (
	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Policy is the API's own message.
type Policy = projectpolicy.Policy

// UnknownAttestor stands for an attestor with an unknown name.
const UnknownAttestor = "projects/not-known-yet/attestors/not-known-yet"

// Outlook is a policy with unknown values: the strictest and the most lenient policy possible. Both
// are the same pointer if all values are known.
type Outlook struct {
	Strict, Lenient *Policy
	// Unknown are the unknown attributes.
	Unknown []string
	// Open means that a whole map of rules is unknown. Strict then has the rules from before the
	// change.
	Open bool
}

// Certain is the outlook of a known policy.
func Certain(p *Policy) Outlook { return Outlook{Strict: p, Lenient: p} }

// Known reports whether all values are known.
func (o *Outlook) Known() bool { return o.Strict == o.Lenient }

// worst is the strictest policy possible: it admits an image only if all possible policies do.
func (o *Outlook) worst() *Policy {
	if !o.Open {
		return o.Strict
	}
	p := proto.CloneOf(o.Strict)
	evaluateAll(p, binaryauthorizationpb.AdmissionRule_ALWAYS_DENY)
	return p
}

// AdmitAll sets every rule of a policy to ALWAYS_ALLOW.
func AdmitAll(p *Policy) { evaluateAll(p, binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW) }

func evaluateAll(p *Policy, mode binaryauthorizationpb.AdmissionRule_EvaluationMode) {
	rule := func() *projectpolicy.Rule {
		return &projectpolicy.Rule{EvaluationMode: mode, EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG}
	}
	p.DefaultAdmissionRule = rule()
	for _, scoped := range projectpolicy.Scoped(p) {
		for key := range *scoped.Rules {
			(*scoped.Rules)[key] = rule()
		}
	}
}
