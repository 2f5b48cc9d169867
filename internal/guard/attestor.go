package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Attestor guards the policies that require an attestor, against what a plan does to that.
type Attestor struct {
	Clients *gcp.Clients
	Walk    *walk.Walk
	// Name is the full name, Project the project of the attestor.
	Name, Project string
}

// Blocked says which rules refuse every image once the attestor has no keys or is gone, in sentences; "" if there are none. These are the
// enforced rules of the attestor's own project and of the projects whose policies are planned with it. Policies of other projects are
// not looked for.
func (a Attestor) Blocked(ctx context.Context) (text string, err error) {
	projects := a.Walk.Projects()
	if !slices.Contains(projects, a.Project) {
		projects = append(projects, a.Project)
	}
	var sentences []string
	for _, project := range projects {
		policy, planned, failed := a.policyOf(ctx, project)
		when := "as it is now"
		if planned {
			when = "as this plan leaves it"
		}
		if failed != nil {
			err = fmt.Errorf("%s: %w", projectpolicy.ID(project), failed)
			continue
		}
		if rules := judge.Blocked(policy, a.Name); len(rules) > 0 {
			sentences = append(sentences, fmt.Sprintf("These rules of %s, %s, require attestations of %s and are enforced. "+
				"From then on they refuse every image that no pattern exempts:\n  %s", projectpolicy.ID(project), when, a.Name, strings.Join(texts(rules), "\n  ")))
		}
	}
	return strings.Join(sentences, "\n"), err
}

func texts(rules []judge.Path) []string {
	all := make([]string, len(rules))
	for i, rule := range rules {
		all[i] = rule.Rule()
	}
	return all
}

// policyOf is the policy of a project after what is planned for it so far; planned says that something is.
func (a Attestor) policyOf(ctx context.Context, project string) (policy *judge.Policy, planned bool, err error) {
	if whole, owned := a.Walk.Whole(project); owned {
		return whole.After.Strict, true, nil
	}
	now, err := a.Clients.Policy(ctx, project)
	if err != nil {
		return nil, false, err
	}
	parts := a.Walk.Parts(project)
	return judge.Foresee(now, parts).Strict, len(parts) > 0, nil
}

// Leaves judges the end of the attestor: its destroy, or its replacement by one of another name or note. becomes completes a sentence that
// begins with the name. A rule that blocks everything from then on is a warning, as for the last key, and an error if the same plan has a
// policy go back to it.
func (a Attestor) Leaves(ctx context.Context, diags *diag.Diagnostics, becomes string) {
	a.Walk.PlanAttestor(a.Name, walk.Attestor{Leaves: true})
	if id, rules := a.restored(ctx); len(rules) > 0 {
		diags.AddError(aboutDestroy, restoresLockout(id, a.Name, rules))
		return
	}
	rules, err := a.Blocked(ctx)
	switch {
	case rules != "":
		diags.AddWarning(about("Attestor goes, and rules refuse every image", a.Name), fmt.Sprintf(
			"%s %s. %s\nLet the policy require another attestor first. If this apply changes the policy, set create_before_destroy = true in the lifecycle block of the attestor: "+
				"then the policy is changed before the old attestor is destroyed.", a.Name, becomes, rules))
	case err != nil:
		diags.AddWarning(about("Attestor is not checked", a.Name), fmt.Sprintf("%s %s. Whether a rule depends on it could not be found out: %s", a.Name, becomes, err))
	}
	a.refuseLoss(ctx, diags, a.Name)
}

// Recreated warns of an attestor that is destroyed and made again, as a taint asks for: in between, rules refuse every image.
func (a Attestor) Recreated(ctx context.Context, diags *diag.Diagnostics) {
	if rules, err := a.Blocked(ctx); err == nil && rules != "" {
		diags.AddWarning(about("Attestor goes, and rules refuse every image", a.Name),
			a.Name+" is destroyed and made again. "+rules+"\nThat ends when it is made again, with keys.")
	}
}

// restored are the rules that a destroy planned before goes back to, although they require the attestor, with the id of the policy or
// part that is destroyed. One that is acknowledged does not count.
func (a Attestor) restored(ctx context.Context) (id string, rules []judge.Path) {
	for _, project := range a.Walk.Projects() {
		if whole, planned := a.Walk.Whole(project); planned {
			if whole.Leaves && !whole.Acknowledged {
				if rules = judge.Blocked(whole.After.Strict, a.Name); len(rules) > 0 {
					return whole.ID, rules
				}
			}
			continue
		}
		for _, part := range a.Walk.Parts(project) {
			if !part.Leaves || part.Acknowledged || part.Rule == nil {
				continue
			}
			if after, _, err := a.policyOf(ctx, project); err == nil {
				rules = slices.DeleteFunc(judge.Blocked(after, a.Name), func(p judge.Path) bool { return !part.Owns(p) })
			}
			if len(rules) > 0 {
				return part.ID, rules
			}
		}
	}
	return "", nil
}

// KeysChange judges what planned keys do to images that have to be admitted.
func (a Attestor) KeysChange(ctx context.Context, diags *diag.Diagnostics, keys walk.Attestor) {
	a.Walk.PlanAttestor(a.Name, keys)
	a.refuseLoss(ctx, diags, a.Name)
}

// KeyChanges judges what is planned for one key. It reports whether the attestor's own plan lists its keys.
func (a Attestor) KeyChanges(ctx context.Context, diags *diag.Diagnostics, key walk.Key) (listed bool) {
	listed = a.Walk.PlanKey(key)
	a.refuseLoss(ctx, diags, key.Resource())
	return listed
}

// AttestationLeaves judges the destroy of an attestation, by the full name of its occurrence.
func AttestationLeaves(ctx context.Context, clients *gcp.Clients, w *walk.Walk, occurrence string, diags *diag.Diagnostics) {
	w.AttestationLeaves(occurrence)
	Attestor{Clients: clients, Walk: w}.refuseLoss(ctx, diags, occurrence)
}

// refuseLoss refuses a plan for an attestor or an attestation that takes away what an image needs that has to be admitted. Only the
// policies that were planned before are known; the others are judged when they are planned.
func (a Attestor) refuseLoss(ctx context.Context, diags *diag.Diagnostics, subject string) {
	with := &evidence{ctx: ctx, clients: a.Clients, walk: a.Walk}
	without := &evidence{ctx: ctx, clients: a.Clients, walk: a.Walk, except: subject}
	for _, project := range a.Walk.Projects() {
		for id, change := range a.requiring(ctx, project) {
			g := Policy{Project: project, ID: id, At: func(admission.Path) path.Path { return path.Empty() }}
			for _, f := range judge.Worsened(change, without, with) {
				f.Part = id
				g.refuse(diags, f)
			}
		}
	}
}

// requiring are the planned policies and parts of a project that have to admit images, by their ids.
func (a Attestor) requiring(ctx context.Context, project string) map[string]judge.Change {
	all := map[string]judge.Change{}
	if whole, planned := a.Walk.Whole(project); planned && !whole.Leaves && len(whole.Requirements) > 0 {
		all[whole.ID] = judge.Change{After: whole.After, Requirements: whole.Requirements}
	}
	world := judge.World{Parts: a.Walk.Parts(project)}
	for _, part := range world.Parts {
		if part.Leaves || part.NeedsUnknown || len(part.Requirements) == 0 {
			continue
		}
		if world.Live == nil {
			now, err := a.Clients.Policy(ctx, project)
			if err != nil {
				return all // the part itself has told
			}
			world.Live = now
		}
		all[part.ID] = judge.Change{After: world.With(part), Requirements: part.Requirements}
	}
	return all
}
