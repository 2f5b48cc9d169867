package judge

import (
	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Policy is the API's own message.
type Policy = projectpolicy.Policy

// UnknownAttestor stands in for an attestor whose name is not known yet.
const UnknownAttestor = "projects/not-known-yet/attestors/not-known-yet"

// Outlook is a policy as far as it is known: the one that admits least and the one that admits most of those that it can become.
// They are one and the same when everything is known.
type Outlook struct {
	Strict, Lenient *Policy
	// Unknown are the attributes that make the difference.
	Unknown []string
	// Open says that there may be rules that are not in Strict, which has those from before in their place.
	Open bool
}

// Certain is the outlook of a policy that is known.
func Certain(p *Policy) Outlook { return Outlook{Strict: p, Lenient: p} }

// Known says that nothing is left to be known.
func (o *Outlook) Known() bool { return o.Strict == o.Lenient }

// worst is the policy to ask whether something is admitted whatever the unknown values are.
func (o *Outlook) worst() *Policy {
	if !o.Open {
		return o.Strict
	}
	p := proto.CloneOf(o.Strict)
	evaluateAll(p, binaryauthorizationpb.AdmissionRule_ALWAYS_DENY)
	return p
}

// AdmitAll makes every rule of a policy admit everything.
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
