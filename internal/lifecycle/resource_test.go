package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

var errGone = fmt.Errorf("read: %w", &gcp.Error{Kind: gcp.KindNotFound})

// TestAStateIsNotStoredWithoutItsIdentity: if the identity cannot be stored, neither is the state.
func TestAStateIsNotStoredWithoutItsIdentity(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{
		Create: func(context.Context, *Change[thing]) error { return nil },
	})
	r.Ops.Identify = func(*thing) map[string]string { return map[string]string{"nothing": "of that name"} }
	resp := &resource.CreateResponse{State: state(nothing()), Identity: identity(t, r, nil)}
	r.Create(t.Context(), resource.CreateRequest{Plan: plan(aThing("new"))}, resp)
	if !resp.Diagnostics.HasError() || !resp.State.Raw.IsNull() {
		t.Errorf("%v %v", resp.State.Raw, resp.Diagnostics)
	}
}

func TestCreateReadAndUpdateStoreStateAndIdentityTogether(t *testing.T) {
	t.Parallel()
	done := func(_ context.Context, c *Change[thing]) error {
		c.Model.ID, c.Model.Text = types.StringValue(thingID), types.StringValue("done")
		return nil
	}
	r := things(Ops[thing]{Create: done, Read: done, Update: done})
	for name, run := range map[string]func(id *resource.CreateResponse){
		"create": func(resp *resource.CreateResponse) {
			r.Create(t.Context(), resource.CreateRequest{Plan: plan(aThing("new"))}, resp)
		},
		"read": func(resp *resource.CreateResponse) {
			read := resource.ReadResponse{State: resp.State, Identity: resp.Identity}
			r.Read(t.Context(), resource.ReadRequest{State: state(aThing("old"))}, &read)
			resp.State, resp.Diagnostics = read.State, read.Diagnostics
		},
		"update": func(resp *resource.CreateResponse) {
			update := resource.UpdateResponse{State: resp.State, Identity: resp.Identity}
			r.Update(t.Context(), resource.UpdateRequest{Plan: plan(aThing("new")), State: state(aThing("old"))}, &update)
			resp.State, resp.Diagnostics = update.State, update.Diagnostics
		},
	} {
		resp := &resource.CreateResponse{State: state(nothing()), Identity: identity(t, r, nil)}
		run(resp)
		if resp.Diagnostics.HasError() || attribute(t, resp.State.Raw, "text") != "done" {
			t.Errorf("%s: %v %v", name, resp.State.Raw, resp.Diagnostics)
		}
		if attribute(t, resp.Identity.Raw, "project") != "p" || attribute(t, resp.Identity.Raw, "name") != "n" {
			t.Errorf("%s: identity %v", name, resp.Identity.Raw)
		}
	}
}

func TestAnUpdateKnowsWhatWasBefore(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{Update: func(_ context.Context, c *Change[thing]) error {
		if c.Prior.Text.ValueString() != "old" || c.Model.Text.ValueString() != "new" || c.Clients.Project() != "dflt" {
			t.Errorf("%+v", c)
		}
		return nil
	}})
	resp := &resource.UpdateResponse{State: state(aThing("old"))}
	r.Update(t.Context(), resource.UpdateRequest{Plan: plan(aThing("new")), State: state(aThing("old"))}, resp)
	if resp.Diagnostics.HasError() || attribute(t, resp.State.Raw, "text") != "new" {
		t.Error(resp.Diagnostics)
	}
}

func TestWhatIsGoneLeavesTheState(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{
		Read:   func(context.Context, *Change[thing]) error { return errGone },
		Delete: func(context.Context, *Change[thing]) error { return errGone },
	})
	read := &resource.ReadResponse{State: state(aThing("old")), Identity: identity(t, r, nil)}
	r.Read(t.Context(), resource.ReadRequest{State: state(aThing("old"))}, read)
	if !read.State.Raw.IsNull() || len(read.Diagnostics) > 0 {
		t.Error(read.State.Raw, read.Diagnostics)
	}
	if attribute(t, read.Identity.Raw, "name") != "n" {
		t.Error("gone without an identity, which the framework takes for a mistake:", read.Identity.Raw)
	}
	gone := &resource.DeleteResponse{State: state(aThing("old"))}
	r.Delete(t.Context(), resource.DeleteRequest{State: state(aThing("old"))}, gone)
	if len(gone.Diagnostics) > 0 {
		t.Error(gone.Diagnostics)
	}
}

func TestAFailureKeepsTheStateAndSaysEverything(t *testing.T) {
	t.Parallel()
	full := &gcp.Error{
		Kind:      gcp.KindDenied,
		Method:    "DoThing",
		Resource:  "projects/p/full/name",
		Message:   "Permission denied.",
		RequestID: "req-1",
		Remedy:    "Ask for it.",
	}
	for name, c := range map[string]struct {
		err       error
		detail    string
		attribute path.Path
	}{
		"Google's": {
			full, "projects/p/full/name: permission denied (DoThing): Permission denied.\nRequest id: req-1\n\nAsk for it.", path.Empty(),
		},
		"without object": {&gcp.Error{Kind: gcp.KindQuota}, thingID + ": quota exceeded", path.Empty()},
		"another":        {errors.New("boom"), thingID + ": boom", path.Empty()},
		"an attribute's": {
			&AttributeError{path.Root("text"), full},
			"projects/p/full/name: permission denied (DoThing): Permission denied.\nRequest id: req-1\n\nAsk for it.", path.Root("text"),
		},
		"wrapped": {
			fmt.Errorf("around: %w", &AttributeError{path.Root("text"), errors.New("boom")}), thingID + ": around: boom", path.Root("text"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fail := func(context.Context, *Change[thing]) error { return c.err }
			r := things(Ops[thing]{Create: fail, Read: fail, Update: fail, Delete: fail})
			old := state(aThing("old"))
			create, read := &resource.CreateResponse{State: state(nothing())}, &resource.ReadResponse{State: old}
			update, gone := &resource.UpdateResponse{State: old}, &resource.DeleteResponse{State: old}
			r.Create(t.Context(), resource.CreateRequest{Plan: plan(aThing("new"))}, create)
			r.Read(t.Context(), resource.ReadRequest{State: old}, read)
			r.Update(t.Context(), resource.UpdateRequest{Plan: plan(aThing("new")), State: old}, update)
			r.Delete(t.Context(), resource.DeleteRequest{State: old}, gone)
			if !create.State.Raw.IsNull() || !read.State.Raw.Equal(old.Raw) || !update.State.Raw.Equal(old.Raw) {
				t.Error("the state was touched")
			}
			for verb, diags := range map[string]diag.Diagnostics{
				"create": create.Diagnostics, "read": read.Diagnostics,
				"update": update.Diagnostics, "delete": gone.Diagnostics,
			} {
				expectError(t, diags, "Cannot "+verb+" some thing", c.detail, c.attribute)
			}
		})
	}
}

func expectError(t *testing.T, diags diag.Diagnostics, summary, detail string, at path.Path) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityError || diags[0].Summary() != summary || diags[0].Detail() != detail {
		t.Errorf("%v, want %q, %q", diags, summary, detail)
		return
	}
	where := path.Empty()
	if d, ok := diags[0].(diag.DiagnosticWithPath); ok {
		where = d.Path()
	}
	if !where.Equal(at) {
		t.Errorf("at %s, want %s", where, at)
	}
}

func TestACreateThatFindsTheObjectSaysHowToImportIt(t *testing.T) {
	t.Parallel()
	exists := func(context.Context, *Change[thing]) error {
		return &gcp.Error{Kind: gcp.KindExists, Resource: thingID, Remedy: "not this"}
	}
	r := things(Ops[thing]{Create: exists, Update: exists})
	create := &resource.CreateResponse{State: state(nothing())}
	r.Create(t.Context(), resource.CreateRequest{Plan: plan(aThing("new"))}, create)
	const block = "import {\n    to = binauthz_some_thing.NAME\n    id = \"" + thingID + "\"\n  }"
	if detail := create.Diagnostics[0].Detail(); !strings.Contains(detail, block) || strings.Contains(detail, "not this") {
		t.Error(detail)
	}
	update := &resource.UpdateResponse{State: state(aThing("old"))}
	r.Update(t.Context(), resource.UpdateRequest{Plan: plan(aThing("new")), State: state(aThing("old"))}, update)
	if detail := update.Diagnostics[0].Detail(); strings.Contains(detail, "import {") {
		t.Error("only a create can be helped by an import:", detail)
	}
}

func TestTheThreeImports(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{})
	for name, c := range map[string]struct {
		id       string
		identity map[string]string
		project  string // "" for an error
	}{
		"full id":          {thingID, nil, "p"},
		"short id":         {"p/n", nil, "p"},
		"name alone":       {"n", nil, "dflt"},
		"identity":         {"", map[string]string{"project": "p", "name": "n"}, "p"},
		"identity, short":  {"", map[string]string{"name": "n"}, "dflt"},
		"no id":            {"a/b/c", nil, ""},
		"identity of none": {"", map[string]string{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := resource.ImportStateRequest{ID: c.id}
			if c.identity != nil {
				req.Identity = identity(t, r, c.identity)
			}
			resp := &resource.ImportStateResponse{State: state(object(nil))}
			r.ImportState(t.Context(), req, resp)
			if c.project == "" {
				if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary() != "Cannot import some thing" {
					t.Error(resp.Diagnostics)
				}
				return
			}
			if resp.Diagnostics.HasError() || attribute(t, resp.State.Raw, "project") != c.project ||
				attribute(t, resp.State.Raw, "name") != "n" {
				t.Error(resp.State.Raw, resp.Diagnostics)
			}
		})
	}
}

func TestNamesAndIdentityOfAResource(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{})
	var named resource.MetadataResponse
	r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "binauthz"}, &named)
	var described resource.IdentitySchemaResponse
	r.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &described)
	project, name := described.IdentitySchema.Attributes["project"], described.IdentitySchema.Attributes["name"]
	if named.TypeName != "binauthz_some_thing" || !project.IsOptionalForImport() || project.IsRequiredForImport() ||
		!name.IsRequiredForImport() || name.IsOptionalForImport() {
		t.Errorf("%s %+v", named.TypeName, described.IdentitySchema)
	}
}
