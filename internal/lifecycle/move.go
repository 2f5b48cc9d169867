package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Move takes over objects of another provider, for a moved block. It makes no call: Terraform moves
// with an unconfigured provider and reads the object afterwards, except with -refresh=false.
type Move[M any] struct {
	// From is the type of the resource in hashicorp/google: "google_binary_authorization_attestor".
	From string
	// Carry fills in Model, whose attributes are all null, from the state of the source: at least
	// the values used by Read, by Identify and by a plan's comparison. Uses Model, Memory and
	// Diags. The source itself reports missing values.
	Carry func(ctx context.Context, c *Change[M], from *Source)
}

var _ resource.ResourceWithMoveState = (*Resource[struct{}])(nil)

// movedFrom are the accepted source providers. Terraform and OpenTofu use different registries.
var movedFrom = []string{
	"registry.terraform.io/hashicorp/google", "registry.terraform.io/hashicorp/google-beta",
	"registry.opentofu.org/hashicorp/google", "registry.opentofu.org/hashicorp/google-beta",
}

// isGoogle reports whether a provider can be hashicorp/google. After OpenTofu has moved one
// instance of a resource, it names the target provider as the source of the other instances. The
// target has no type of that name: see getResourceProviderAddrs in
// https://github.com/opentofu/opentofu/blob/v1.12.6/internal/tofu/node_resource_abstract.go.
// Releases before 1.12.4 have more such errors: https://github.com/opentofu/opentofu/pull/4355.
func isGoogle(address string) bool {
	return slices.Contains(movedFrom, address) || strings.HasSuffix(address, "/binauthz")
}

// MoveState implements resource.ResourceWithMoveState.
func (r *Resource[M]) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: r.move}}
}

func (r *Resource[M]) move(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	by := slices.IndexFunc(r.Moves, func(m Move[M]) bool { return m.From == req.SourceTypeName })
	if by < 0 || !isGoogle(req.SourceProviderAddress) {
		r.refuseMove(&resp.Diagnostics,
			req.SourceTypeName+" of "+req.SourceProviderAddress+" cannot become binauthz_"+r.Noun+". "+r.movable())
		return
	}
	c := &Change[M]{Memory: Memory{resp.TargetPrivate.GetKey, resp.TargetPrivate.SetKey}, Diags: &resp.Diagnostics}
	nothing := resp.TargetState
	nothing.Raw = nulls(nothing.Schema.Type().TerraformType(ctx))
	if c.Model = decode[M](ctx, nothing.Get, c.Diags); c.Model == nil {
		return
	}
	from := readSource(req.SourceRawState)
	if len(*from.problems) == 0 {
		r.Moves[by].Carry(ctx, c, from)
	}
	if len(*from.problems) > 0 {
		r.refuseMove(c.Diags, fmt.Sprintf(brokenSource, req.SourceTypeName, strings.Join(*from.problems, "\n  - ")))
		return
	}
	c.Diags.Append(storeIdentity(ctx, resp.TargetIdentity, r.Ops.Identify(c.Model))...)
	c.Diags.Append(resp.TargetState.Set(ctx, c.Model)...)
	r.warnOfDeletionPolicy(c, req.SourceTypeName, from)
}

const brokenSource = `The state of %s is not a valid state of hashicorp/google:

  - %s

Nothing was moved. Import the object instead: take the old resource out of the state ` +
	`with a removed block and destroy = false, and add an import block.`

// refuseMove reports the reason of a refused move.
func (r *Resource[M]) refuseMove(diags *diag.Diagnostics, why string) {
	diags.AddError("Cannot move "+r.words(), why)
}

// movable lists the accepted source types.
func (r *Resource[M]) movable() string {
	if len(r.Moves) == 0 {
		return "This type accepts no moves: import the object."
	}
	types := make([]string, len(r.Moves))
	for i, m := range r.Moves {
		types[i] = m.From
	}
	return "This type accepts moves from " + strings.Join(types, " or ") + " of hashicorp/google or hashicorp/google-beta."
}

// warnOfDeletionPolicy warns if the resource has no deletion_policy and the source had one. The
// default of hashicorp/google is DELETE:
// https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/binary_authorization_attestor#deletion_policy.
func (r *Resource[M]) warnOfDeletionPolicy(c *Change[M], kind string, from *Source) {
	instead := map[string]string{
		"PREVENT": "Write lifecycle { prevent_destroy = true } instead.",
		"ABANDON": "A destroy deletes the object. To keep it, take it out of the state with a removed block and destroy = false.",
	}[from.Text("deletion_policy")]
	if _, has := r.Describe.Attributes["deletion_policy"]; has || instead == "" {
		return
	}
	name := r.Ops.Name(c.Model)
	c.Diags.AddWarning(About("deletion_policy is not moved", name),
		fmt.Sprintf("%s has deletion_policy = %q for %s, and binauthz_%s has no such attribute. %s", kind, from.Text("deletion_policy"),
			name, r.Noun, instead))
}
