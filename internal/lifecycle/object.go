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

// memoryOfInstance is a random text that stays with a resource as long as it is in the state. It tells two resources for one object from
// one resource that is seen twice.
const memoryOfInstance = "instance"

// object is an object of the state with the resource that has it.
func (c *Change[M]) object(ctx context.Context, raw tftypes.Value) walk.Object {
	if c.instance == "" {
		c.Memory.Recall(ctx, memoryOfInstance, &c.instance)
	}
	return walk.Object{ID: id(raw), Instance: c.instance}
}

// nameInstance gives a resource its instance, if it has none. One that cannot be stored is none: then two resources for one object are
// not told from one.
func (c *Change[M]) nameInstance(ctx context.Context) {
	if !c.Memory.Recall(ctx, memoryOfInstance, &c.instance) {
		c.instance = rand.Text()
		if c.Memory.Remember(ctx, memoryOfInstance, c.instance).HasError() {
			c.instance = ""
		}
	}
}

// TakeOver notes, before a create has ended, that the object with an id is this resource's now: a create that takes over what exists calls
// it while nobody else can delete that.
func (c *Change[M]) TakeOver(ctx context.Context, id string) {
	c.nameInstance(ctx)
	c.twice = c.Walk.Made(walk.Object{ID: id, Instance: c.instance})
}

// TakenOver reports whether another resource has made or taken over an object in this apply. A delete would take it from that one.
func (c *Change[M]) TakenOver(ctx context.Context, id string) bool {
	return c.Walk.TakenOver(c.Memory.object(ctx, id))
}

// notePlan notes what the plan does with which object, and reports the conflict with another resource that begins with it.
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

// noteCreate notes that an object is to be made.
func (r *Resource[M]) noteCreate(c *Change[M], id string) {
	held := c.Walk.Holds(id)
	conflict := c.Walk.Come(id)
	if held && conflict == walk.NoConflict {
		conflict = walk.Recreated // a tainted resource is read and not planned
	}
	r.report(c.Diags, id, conflict)
}

const recreated = `%[1]s is in the state, and this plan makes it again. Between its destroy and its create nothing of it would hold.

If a replacement was asked for (terraform taint, -replace, replace_triggered_by), an update in place is enough: run terraform untaint, or leave it out. If the resource was renamed, say so with a moved block. If two resources have the same object, keep one of them: let go of the other with a removed block that has destroy = false.

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

// RefuseRename is for an object that one resource destroys and another makes. kind is their type.
func RefuseRename(diags *diag.Diagnostics, id, kind string) {
	diags.AddError(renamedTitle, fmt.Sprintf(renamed, id, kind))
}

func (r *Resource[M]) warnOfOwnedTwice(diags *diag.Diagnostics, id string) {
	diags.AddWarning(About(r.title()+ownedTwiceTitle, id), fmt.Sprintf(ownedTwice, id))
}

// IsConflict reports whether a summary is that of a conflict between two resources.
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
	renamed = `This plan destroys %[1]s by one resource and makes it by another. Terraform does the two in any order: the object would be gone or as it was before, or the second would fail after the first.

If the resource has another name, key or module now, say so, and nothing is destroyed:

  moved {
    from = %[2]s.OLD
    to   = %[2]s.NEW
  }

If several resources exchange what they manage, move each of them, or let one of them go first, in an apply of its own. If the plan shows a deposed object, a replacement with create_before_destroy has failed: take the resource out of the state (terraform state rm) and import it.`
	torn = `%s is in the state twice. This plan destroys it by one resource, or by what a replacement left behind, and keeps it by another. ` +
		`Take it out of the state, which deletes nothing: terraform state rm, with the address of what this plan destroys.`
	ownedTwice = `Two resources of this configuration manage %s. The one changes what the other has just written, and a destroy of one of them takes it from the other. ` +
		`Keep one of the two: let go of the other with a removed block that has destroy = false.`
	takenOver = `%s was made or taken over by another resource in this apply, and a delete would take it from that one. Nothing was deleted. ` +
		`Take this object out of the state: terraform state rm, with the address of the object that was to be destroyed.`
)

// title is what the noun is of, as a summary begins with it: "Policy" for "policy_rule".
func (r *Resource[M]) title() string {
	if r.Title != "" {
		return r.Title
	}
	first, _, _ := strings.Cut(r.Noun, "_")
	return strings.ToUpper(first[:1]) + first[1:]
}

// id is the attribute that every resource has, "" while it is not known.
func id(object tftypes.Value) string {
	var all map[string]tftypes.Value
	var text *string
	if object.IsNull() || object.As(&all) != nil || !all["id"].IsFullyKnown() || all["id"].As(&text) != nil || text == nil {
		return ""
	}
	return *text
}
