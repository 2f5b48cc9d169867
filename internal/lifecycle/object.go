package lifecycle

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// memoryOfInstance is the key of a random text stored with a resource as long as it is in the
// state. It tells two resources for one object from one resource seen twice.
const memoryOfInstance = "instance"

// object is an object of the state with its resource.
func (c *Change[M]) object(ctx context.Context, raw tftypes.Value) walk.Object {
	if c.instance == "" {
		c.Memory.Recall(ctx, memoryOfInstance, &c.instance)
	}
	return walk.Object{ID: id(raw), Instance: c.instance}
}

// nameInstance gives a resource its instance, if it has none. If the instance cannot be stored, it
// stays empty, and two resources for one object are not detected.
func (c *Change[M]) nameInstance(ctx context.Context) {
	if !c.Memory.Recall(ctx, memoryOfInstance, &c.instance) {
		c.instance = rand.Text()
		if c.Memory.Remember(ctx, memoryOfInstance, c.instance).HasError() {
			c.instance = ""
		}
	}
}

// TakeOver records, before the end of a create, that the object now belongs to this resource. The
// caller holds a lock against a concurrent delete.
func (c *Change[M]) TakeOver(ctx context.Context, id string) {
	c.nameInstance(ctx)
	c.twice = c.Walk.Made(walk.Object{ID: id, Instance: c.instance})
}

// TakenOver reports whether another resource has created or taken over the object in this apply. A
// delete would remove it from that resource.
func (c *Change[M]) TakenOver(ctx context.Context, id string) bool {
	return c.Walk.TakenOver(c.Memory.object(ctx, id))
}

// noteWalk records the start of the plan, which may begin another walk. Creates with unknown values
// are left out: two of them can look the same.
func (r *Resource[M]) noteWalk(ctx context.Context, c *Change[M], req resource.ModifyPlanRequest) {
	switch {
	case !req.State.Raw.IsNull():
		c.Walk.Plan(c.object(ctx, req.State.Raw))
	case req.Config.Raw.IsFullyKnown():
		c.Walk.PlanCreate(r.Noun + req.Config.Raw.String())
	}
}

// notePlan records the plan for an object, and reports a new conflict with another resource.
func (r *Resource[M]) notePlan(ctx context.Context, c *Change[M], req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	had, gets := c.object(ctx, req.State.Raw), id(resp.Plan.Raw)
	switch {
	case had.ID == "" && gets == "":
	case had.ID == "":
		r.noteCreate(c, gets)
	case resp.Plan.Raw.IsNull(), renames(req.State.Raw, resp.Plan.Raw):
		r.report(c.Diags, had.ID, c.Walk.Leave(had))
	default:
		r.report(c.Diags, had.ID, c.Walk.Keep(had))
	}
}

// noteCreate records the planned creation of an object.
func (r *Resource[M]) noteCreate(c *Change[M], id string) {
	held := c.Walk.Holds(id)
	conflict := c.Walk.Come(id)
	if held && conflict == walk.NoConflict {
		conflict = walk.Recreated // a tainted resource is read and not planned
	}
	r.report(c.Diags, id, conflict)
}

const recreated = `%[1]s is in the state, and this plan creates it again. ` +
	`It would not exist between its destroy and its create.

If you asked for a replacement (terraform taint, -replace, replace_triggered_by), an in-place update is enough: ` +
	`run terraform untaint, or remove the option. If you renamed the resource, add a moved block. ` +
	`If two resources manage the same object, keep one. Take the other out of the state with a removed block and destroy = false.

To destroy a tainted resource, run terraform untaint first: a destroy begins with a plan of the replacement.`

func (r *Resource[M]) report(diags *diag.Diagnostics, id string, conflict walk.Conflict) {
	kind := "binauthz_" + r.Noun
	switch conflict {
	case walk.Renamed:
		RefuseRename(diags, id, kind)
	case walk.Torn:
		diags.AddError(r.title()+lost, fmt.Sprintf(torn, id))
	case walk.OwnedTwice:
		r.warnOfOwnedTwice(diags, id)
	case walk.Recreated:
		if r.Ops.InPlaceOnly {
			diags.AddError(r.title()+recreatedTitle, fmt.Sprintf(recreated, id))
		}
	case walk.NoConflict:
	}
}

// RefuseRename reports an object destroyed by one resource and created by another. kind is their
// type.
func RefuseRename(diags *diag.Diagnostics, id, kind string) {
	diags.AddError(renamedTitle, fmt.Sprintf(renamed, id, kind))
}

func (r *Resource[M]) warnOfOwnedTwice(diags *diag.Diagnostics, id string) {
	diags.AddWarning(About(r.title()+ownedTwiceTitle, id), fmt.Sprintf(ownedTwice, id))
}

// IsConflict reports whether a summary is about a conflict between two resources.
func IsConflict(summary string) bool {
	for _, part := range []string{lost, ownedTwiceTitle, recreatedTitle, renamedTitle} {
		if strings.Contains(summary, part) {
			return true
		}
	}
	return false
}

const (
	lost            = " would be lost"
	ownedTwiceTitle = " is owned twice"
	recreatedTitle  = " would be destroyed and recreated"
	renamedTitle    = "Resource was renamed without a moved block"
)

const (
	renamed = `This plan destroys %[1]s with one resource and creates it with another. ` +
		`Terraform runs both in any order: the object could be missing afterwards, or the create could fail.

If the resource has a new name, key or module, add a moved block. Nothing is destroyed then:

  moved {
    from = %[2]s.OLD
    to   = %[2]s.NEW
  }

If several resources exchange their objects, add a moved block for each, or change one of them in an earlier apply. ` +
		`If the plan shows a deposed object, a replacement with create_before_destroy failed before: ` +
		`remove the resource from the state (terraform state rm), and import the object.`
	torn = `%s is in the state twice, and this plan keeps only one of the two. The destroy of the other deletes the object. ` +
		`Remove the other from the state instead: terraform state rm ADDRESS. This deletes nothing.`
	ownedTwice = `Two resources of this configuration manage %s. Each overwrites the changes of the other, and the destroy of ` +
		`one deletes the object. Keep one. Take the other out of the state with a removed block and destroy = false.`
	takenOver = `Another resource created or adopted %s in this apply, and a delete would remove it there too. Nothing was ` +
		`deleted. Remove the resource to be destroyed from the state: terraform state rm ADDRESS.`
)

// title is the first word of a summary: "Policy" for "policy_rule".
func (r *Resource[M]) title() string {
	if r.Title != "" {
		return r.Title
	}
	first, _, _ := strings.Cut(r.Noun, "_")
	return strings.ToUpper(first[:1]) + first[1:]
}

// id is the attribute id, common to all resources; "" if unknown.
func id(object tftypes.Value) string {
	var all map[string]tftypes.Value
	var text *string
	if object.IsNull() || object.As(&all) != nil || !all["id"].IsFullyKnown() || all["id"].As(&text) != nil || text == nil {
		return ""
	}
	return *text
}
