package policy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// kindsOf are the kinds of rules that a policy has besides the default rule. The API takes one of them.
// Source: google.cloud.binaryauthorization.v1.Policy "a valid policy has only one of the following rule maps non-empty".
func kindsOf(p *gcp.Policy) []string {
	var kinds []string
	for _, rules := range (&content{}).ruleMaps(p) {
		if len(*rules.messages) > 0 {
			kinds = append(kinds, rules.kind)
		}
	}
	return kinds
}

// refuseKinds refuses rules of two kinds in one configuration. If the other kind is only in the policy as it is, it tells what the apply
// would be refused for, unless those rules are removed first.
func (j judgement) refuseKinds(ctx context.Context, diags *diag.Diagnostics) {
	v := j.settle(ctx, diags, j.kinds)
	for _, f := range v.refused {
		v.add(diags, f.at, f)
	}
}

func (j judgement) kinds(ctx context.Context) (v verdict, content bool) {
	edits := j.clients.PlannedEdits(j.project)
	now, err := j.clients.Policy(ctx, j.project)
	if err != nil {
		return v, true // told already
	}
	if planned := kindsOf(foresee(googleDefault(), edits).strict); len(planned) > 1 {
		return verdict{refused: []finding{{
			at: path.Root("scope"), summary: "Rules of two kinds",
			detail: fmt.Sprintf("This configuration has rules of %s, and a policy has rules of one kind only.", strings.Join(planned, " and of ")),
		}}}, true
	}
	if all := kindsOf(foresee(now, edits).strict); len(all) > 1 {
		return verdict{warns: true, refused: []finding{{
			at: path.Root("scope"), summary: lifecycle.About("Policy has rules of another kind", resname.Policy{Project: j.project}.String()),
			detail: fmt.Sprintf("The policy would have %s, and a policy has rules of one kind only. The apply fails unless those of the other kind are removed first.", strings.Join(all, " and ")),
		}}}, false
	}
	return v, true
}
