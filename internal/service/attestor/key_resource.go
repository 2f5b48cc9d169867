package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// singleModel is the state of one key of an attestor.
type singleModel struct {
	ID            types.String `tfsdk:"id"`
	Project       types.String `tfsdk:"project"`
	Attestor      types.String `tfsdk:"attestor"`
	KeyID         types.String `tfsdk:"key_id"`
	Comment       types.String `tfsdk:"comment"`
	KMSKeyVersion types.String `tfsdk:"kms_key_version"`
	PKIX          types.Object `tfsdk:"pkix"`
	PGP           types.Object `tfsdk:"pgp"`
}

type singleChange = lifecycle.Change[singleModel]

// keyResource reads identities itself, because ids of keys contain slashes.
type keyResource struct {
	lifecycle.Resource[singleModel]
}

// NewKeyResource makes the resource binauthz_attestor_key.
func NewKeyResource() resource.Resource {
	return &keyResource{lifecycle.Resource[singleModel]{
		Noun: "attestor_key", Describe: describeKey,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "attestor", Description: "Short name of the attestor."},
			{Name: "key_id", Description: "Id of the key in attestations."},
		},
		Ops: lifecycle.Ops[singleModel]{
			Name:  func(m *singleModel) string { return m.ID.ValueString() },
			Parse: parseKey, Identify: identifyKey, Validate: validateSingle, Plan: planSingle, PlanDelete: planKeyDelete,
			Create: createKey, Read: readKey, Update: updateKey, Delete: deleteKey,
		},
	}}
}

// key returns the key as an element of a list.
func (m *singleModel) key() keyModel {
	return keyModel{ID: m.KeyID, Comment: m.Comment, KMSKeyVersion: m.KMSKeyVersion, PKIX: m.PKIX, PGP: m.PGP}
}

func (m *singleModel) setKey(k keyModel) {
	m.KeyID, m.Comment, m.KMSKeyVersion, m.PKIX, m.PGP = k.ID, k.Comment, k.KMSKeyVersion, k.PKIX, k.PGP
}

// name returns the attestor. It is known in every operation.
func (m *singleModel) name() resname.Attestor {
	name, _, _ := splitKey(m.ID.ValueString(), "") // a stored id is well-formed
	return name
}

// alone is the place of the key in a resource of its own.
var alone = spot{path.Empty(), path.Root("key_id")}

func validateSingle(_ context.Context, c *singleChange) {
	k := c.Config.key()
	validateKey(&k, alone, c.Diags)
	if c.Config.Attestor.IsUnknown() {
		return
	}
	if _, err := resname.ParseAttestor(c.Config.Attestor.ValueString(), "project"); err != nil {
		c.Diags.AddAttributeError(path.Root("attestor"), "Invalid attestor", err.Error())
	}
}

// createKey adds the key. An existing key belongs to somebody else, unless it comes from our own
// earlier try with a lost reply.
func createKey(ctx context.Context, c *singleChange) error {
	name, err := placeOf(c.Clients, c.Model)
	if err != nil {
		return err
	}
	k := c.Model.key()
	if err := resolveSingle(ctx, c, &k); err != nil {
		return err
	}
	attestor, err := c.Clients.EditAttestor(ctx, name, gcp.Edit[*gcp.Attestor]{Change: func(a *gcp.Attestor, sent bool) error {
		return addKey(a, &k, sent)
	}})
	if err != nil {
		return err
	}
	return c.Model.show(name, attestor, &k)
}

func readKey(ctx context.Context, c *singleChange) error {
	name := c.Model.name()
	attestor, err := c.Clients.SharedAttestor(ctx, name)
	if err != nil {
		return err
	}
	k := c.Model.key()
	if err := c.Model.show(name, attestor, &k); err != nil {
		return err
	}
	learnSingle(ctx, c)
	return nil
}

// updateKey changes the key if it equals the planned version, or already the wanted one.
func updateKey(ctx context.Context, c *singleChange) error {
	name, k, saw := c.Prior.name(), c.Model.key(), c.Prior.key()
	if err := resolveSingle(ctx, c, &k); err != nil {
		return err
	}
	c.Model.setKey(k)
	if k.same(saw) {
		return nil // only the spelling changes
	}
	attestor, err := c.Clients.EditAttestor(ctx, name, gcp.Edit[*gcp.Attestor]{Change: func(a *gcp.Attestor, _ bool) error {
		return replaceKey(a, &saw, &k)
	}})
	if err != nil {
		return err
	}
	return c.Model.show(name, attestor, &k)
}

func deleteKey(ctx context.Context, c *singleChange) error {
	saw := c.Prior.key()
	_, err := c.Clients.EditAttestor(ctx, c.Prior.name(), gcp.Edit[*gcp.Attestor]{Change: func(a *gcp.Attestor, _ bool) error {
		return removeKey(a, &saw)
	}})
	return err
}

// show sets the model to the live key. It keeps the spellings of known if they mean the same.
func (m *singleModel) show(name resname.Attestor, a *gcp.Attestor, known *keyModel) error {
	i := indexOf(a, known)
	if i < 0 {
		return &gcp.Error{Kind: gcp.KindNotFound, Resource: m.ID.ValueString(), Message: "the attestor has no such key"}
	}
	if known.KMSKeyVersion.IsNull() && known.PKIX.IsNull() && known.PGP.IsNull() {
		known = nil // an import
	}
	m.setKey(keyFromAPI(keysOf(a)[i], known))
	m.ID = types.StringValue(walk.Key{Attestor: name.String(), ID: m.KeyID.ValueString()}.Resource())
	m.Project = types.StringValue(name.Project)
	return nil
}
