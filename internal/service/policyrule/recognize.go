package policyrule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// stored is the rule that the model shows. The etag of the policy would change with every other rule.
func stored(_ context.Context, c *change) string {
	return version(c.Model.ToAPI(c.Model.Project.ValueString()))
}

func live(ctx context.Context, clients *gcp.Clients, id string) (string, error) {
	project, t, err := splitID(id, "")
	if err != nil {
		return "", err
	}
	p, err := clients.SharedPolicy(ctx, project)
	if err != nil {
		return "", err
	}
	return version(t.In(p)), nil
}

// version is a rule as a text, "" for none.
func version(rule *projectpolicy.Rule) string {
	if rule == nil {
		return ""
	}
	sorted := proto.CloneOf(rule)
	slices.Sort(sorted.RequireAttestationsBy)
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(sorted)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// plain says that nothing has to be admitted, that no other part is named, and that lock-outs are not acknowledged.
func plain(_ context.Context, c *change) bool {
	return len(c.Model.MustAdmit.Elements()) == 0 && len(c.Model.Needs.Elements()) == 0 && !c.Model.AcknowledgeLockout.ValueBool()
}

// asItIs is the edit of a rule that the live policy has as it is planned.
func asItIs(*judge.Policy, bool) {}

// stand judges a plain rule that the policy has as it is planned.
func stand(ctx context.Context, c *change, id string) {
	project, t, err := splitID(id, "")
	if err != nil {
		c.Diags.AddError("Invalid id", err.Error())
		return
	}
	now := guard.Live(ctx, c.Clients, project, c.Diags)
	if now == nil {
		return
	}
	guarded := guard.Policy{Clients: c.Clients, Walk: c.Walk, Project: project, ID: id, At: attributePath}
	guarded.StandPart(ctx, c.Diags, now, judge.Part{ID: id, Rule: &t, Apply: asItIs})
}
