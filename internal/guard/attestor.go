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

// Attestor guards the policies that require an attestor against planned changes of the attestor.
type Attestor struct {
	Clients *gcp.Clients
	Walk    *walk.Walk
	// Name is the full name, Project the project of the attestor.
	Name, Project string
}

// Blocked lists, in sentences, the rules that refuse every image if the attestor has no keys or
// does not exist; "" for none. It checks enforced rules of the attestor's own project and of
// projects with planned policies, not of other projects.
func (a Attestor) Blocked(ctx context.Context) (text string, err error) {
	projects := a.Walk.Projects()
	if !slices.Contains(projects, a.Project) {
		projects = append(projects, a.Project)
	}
	var sentences []string
	for _, project := range projects {
		policy, planned, failed := a.policyOf(ctx, project)
		when := "the current policy"
		if planned {
			when = "the planned policy"
		}
		if failed != nil {
			err = fmt.Errorf("%s: %w", projectpolicy.ID(project), failed)
			continue
		}
		if rules := judge.Blocked(policy, a.Name); len(rules) > 0 {
			sentences = append(sentences, fmt.Sprintf("These enforced rules of %s (%s) require attestations by %s. "+
				"They then refuse all images not exempt by a pattern:\n  %s",
				projectpolicy.ID(project), when, a.Name, strings.Join(texts(rules), "\n  ")))
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

// policyOf is the policy of a project with all changes planned so far. planned reports whether
// there are any.
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

// Leaves judges the destroy of the attestor, or its replacement with another name or note. becomes
// completes a sentence after the name. A rule blocked by it is a warning, as for the last key. It
// is an error if the same plan restores the rule.
func (a Attestor) Leaves(ctx context.Context, diags *diag.Diagnostics, becomes string) {
	a.Walk.PlanAttestor(a.Name, walk.Attestor{Leaves: true})
	if id, rules := a.restored(ctx); len(rules) > 0 {
		diags.AddError(aboutDestroy, restoresLockout(id, a.Name, rules))
		return
	}
	rules, err := a.Blocked(ctx)
	switch {
	case rules != "":
		diags.AddWarning(about("Attestor is removed, and rules refuse every image", a.Name), fmt.Sprintf(
			"%s %s. %s\nFirst change the policy to require another attestor. If this apply changes the policy, "+
				"set create_before_destroy = true in the lifecycle block of the attestor: "+
				"Terraform then changes the policy before it destroys the old attestor. "+
				"If you remove the attestor from the configuration, apply this setting alone first.", a.Name, becomes, rules))
	case err != nil:
		diags.AddWarning(about("Could not check rules with this attestor", a.Name), fmt.Sprintf(
			"%s %s. The provider could not check whether rules require it: %s", a.Name, becomes, err))
	}
	a.refuseLoss(ctx, diags, a.Name)
}

// Recreated warns of an attestor to be destroyed and created again, for example after a taint: in
// between, rules refuse every image.
func (a Attestor) Recreated(ctx context.Context, diags *diag.Diagnostics) {
	if rules, err := a.Blocked(ctx); err == nil && rules != "" {
		diags.AddWarning(about("Attestor is removed, and rules refuse every image", a.Name),
			a.Name+" is destroyed and created again. "+rules+"\nAfter the create, rules admit images again if the new attestor has keys.")
	}
}

// restored are the rules with the attestor that an earlier planned destroy restores, and the id of
// the destroyed policy or part. Acknowledged destroys do not count.
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

// KeysChange judges the effect of planned keys on the images of must_admit.
func (a Attestor) KeysChange(ctx context.Context, diags *diag.Diagnostics, keys walk.Attestor) {
	a.Walk.PlanAttestor(a.Name, keys)
	a.refuseLoss(ctx, diags, a.Name)
}

// KeyChanges judges the plan for one key. It reports whether the attestor's own plan lists its
// keys.
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

// refuseLoss refuses a plan for an attestor or an attestation if an image of must_admit is then
// refused. It checks the policies planned so far; later ones are judged in their own plans.
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

// requiring are the planned policies and parts of a project with must_admit, by their ids.
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
				return all // the plan of the part has reported it
			}
			world.Live = now
		}
		all[part.ID] = judge.Change{After: world.With(part), Requirements: part.Requirements}
	}
	return all
}
