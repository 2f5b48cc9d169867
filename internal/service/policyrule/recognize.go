package policyrule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// stored is the version of the rule in the model. The etag of the policy is no version of the rule:
// it changes with every rule.
func stored(ctx context.Context, c *change) string {
	var known trial
	c.Memory.Recall(ctx, memoryOfTrial, &known)
	return versionOfTrial(c.Model.ToAPI(c.Model.Project.ValueString()), known.LeftOut)
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
	left := judge.LeftOutOf(p, t)
	return versionOfTrial(t.In(p), &left), nil
}

// versionOfTrial is the version of a rule. During its dry run, this includes what it leaves out: a
// read has to remember it.
func versionOfTrial(rule *projectpolicy.Rule, left *judge.LeftOut) string {
	v := version(rule)
	if v == "" || left == nil || !isDryRun(rule) {
		return v
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %t %q", left.Patterns, left.Global, left.Rules))
	return v + hex.EncodeToString(sum[:])
}

// version is a digest of a rule, "" for none.
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

// plain reports whether must_admit and needs are empty and acknowledge_lockout is not set.
func plain(_ context.Context, c *change) bool {
	return len(c.Model.MustAdmit.Elements()) == 0 && len(c.Model.Needs.Elements()) == 0 && !c.Model.AcknowledgeLockout.ValueBool()
}

// asItIs is the edit of an unchanged rule.
func asItIs(*judge.Policy, bool) {}

// stand judges an unchanged plain rule.
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
