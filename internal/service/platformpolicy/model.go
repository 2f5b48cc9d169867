package platformpolicy

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/types"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// shown contains the attributes of a policy.
type shown struct {
	ID          types.String `tfsdk:"id"`
	Project     types.String `tfsdk:"project"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	GKEPolicy   types.Object `tfsdk:"gke_policy"`
	Etag        types.String `tfsdk:"etag"`
	UpdateTime  types.String `tfsdk:"update_time"`
}

// model is the state of a policy.
type model struct {
	shown

	MustConform    types.List   `tfsdk:"must_conform"`
	DeletionPolicy types.String `tfsdk:"deletion_policy"`
}

func (m *shown) name() resname.PlatformPolicy {
	return resname.PlatformPolicy{Project: m.Project.ValueString(), Platform: resname.PlatformGKE, ID: m.Name.ValueString()}
}

func named(m *model) lifecycle.Named {
	return lifecycle.Named{Project: &m.Project, Name: &m.Name, ID: &m.ID, Full: func() string { return m.name().String() }}
}

// toAPI returns the known part of the policy. The schema has the API's names, so it converts
// through JSON.
func (m *shown) toAPI() (*gcp.PlatformPolicy, error) {
	raw, err := json.Marshal(document(m.GKEPolicy))
	if err != nil {
		return nil, err
	}
	policy := &binaryauthorization.GkePolicy{}
	if err := json.Unmarshal(raw, policy); err != nil {
		return nil, err
	}
	return &gcp.PlatformPolicy{Description: m.Description.ValueString(), GkePolicy: policy}, nil
}

// fromAPI updates the model from the API, and keeps spellings with the same meaning.
func (m *model) fromAPI(ctx context.Context, p *gcp.PlatformPolicy) error {
	if m.DeletionPolicy.IsNull() || m.DeletionPolicy.IsUnknown() { // imported
		m.DeletionPolicy = types.StringValue(deletionDelete)
	}
	if m.MustConform.IsNull() {
		m.MustConform = types.ListNull(mustConform.NestedObject.Type())
	}
	return m.show(ctx, p)
}

func (m *shown) show(ctx context.Context, p *gcp.PlatformPolicy) error {
	name, err := resname.ParsePlatformPolicy(p.Name)
	if err != nil {
		return err
	}
	if resname.IsProjectNumber(name.Project) && m.Project.ValueString() != "" {
		name.Project = m.Project.ValueString()
	}
	if err := m.showChecks(ctx, p); err != nil {
		return err
	}
	m.ID, m.Project, m.Name = types.StringValue(name.String()), types.StringValue(name.Project), types.StringValue(name.ID)
	m.Description = types.StringValue(p.Description)
	m.Etag, m.UpdateTime = lifecycle.Text(p.Etag), lifecycle.Text(p.UpdateTime)
	return nil
}

// showChecks keeps gke_policy unchanged if it means the same as the stored policy.
func (m *shown) showChecks(ctx context.Context, p *gcp.PlatformPolicy) error {
	if !m.GKEPolicy.IsNull() && isKnown(ctx, m.GKEPolicy) {
		mine, err := m.toAPI()
		if err != nil {
			return err
		}
		mine.Description = p.Description
		if conformance.Same(mine, p) {
			return nil
		}
	}
	raw, err := json.Marshal(p.GkePolicy)
	if err != nil {
		return err
	}
	var all any
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	if all == nil {
		all = map[string]any{}
	}
	m.GKEPolicy, err = objectValue(policyType, all, m.GKEPolicy)
	return err
}
