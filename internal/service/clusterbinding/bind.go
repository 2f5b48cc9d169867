package clusterbinding

import (
	"context"
	"fmt"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/clusterop"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// memoryOfNext is the policy of an update with an unknown end. The state still has the old one.
const memoryOfNext = "next"

// forgetNext returns the policy of an update with an unknown end, or "", and forgets it.
func forgetNext(ctx context.Context, c *change) (policy string) {
	if c.Memory.Recall(ctx, memoryOfNext, &policy) {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfNext, nil)...)
	}
	return policy
}

// bind adds a policy. An existing binding belongs to somebody else, unless it comes from our own
// earlier try with a lost reply.
func bind(of clusterop.Change, policy string, now gcp.Setting, sent bool) (gcp.Setting, error) {
	bound, err := now.Bound(policy)
	switch {
	case err != nil:
		return now, err
	case bound == "":
		return now.With(policy), nil
	case sent:
		return now, nil
	}
	return now, &gcp.Error{
		Kind: gcp.KindExists, Method: "UpdateCluster", Resource: idOf(of.Cluster, policy),
		Message: "the cluster is already bound to this policy" + otherForm(". ", policy, bound),
		Remedy:  "Another owner manages this binding. To manage it here, import it as another resource, and remove this one.",
	}
}

// renamed reports whether only the form of the project changes: the cluster has a binding with the
// new name, and it can be the old policy.
func renamed(now gcp.Setting, old, policy string) bool {
	return gcp.SameBinding(old, policy) && slices.Contains(now.Bindings, policy)
}

// otherForm explains a binding with another form of the project, after a separator.
func otherForm(separator, policy, bound string) string {
	if bound == policy {
		return ""
	}
	return fmt.Sprintf("%sThe cluster shows the binding as %s. If that is the policy of another project, write the project of this "+
		"policy in the same form, as id or as number.", separator, bound)
}
