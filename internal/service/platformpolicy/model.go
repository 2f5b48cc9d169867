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

// shown is what there is to know of a policy.
type shown struct {
	ID          types.String `tfsdk:"id"`
	Project     types.String `tfsdk:"project"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	GKEPolicy   types.Object `tfsdk:"gke_policy"`
	Etag        types.String `tfsdk:"etag"`
	UpdateTime  types.String `tfsdk:"update_time"`
}

// model is a policy in the state.
type model struct {
	shown

	DeletionPolicy types.String `tfsdk:"deletion_policy"`
}

func (m *shown) name() resname.PlatformPolicy {
	return resname.PlatformPolicy{Project: m.Project.ValueString(), Platform: resname.PlatformGKE, ID: m.Name.ValueString()}
}

// toAPI is the policy to write, as far as it is known. The schema has the API's names, so JSON is the way.
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

// fromAPI brings the model to what is there. Spellings that mean the same as what the model has are kept.
func (m *model) fromAPI(ctx context.Context, p *gcp.PlatformPolicy) error {
	if m.DeletionPolicy.IsNull() || m.DeletionPolicy.IsUnknown() { // imported
		m.DeletionPolicy = types.StringValue(deletionDelete)
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

// showChecks keeps the whole of gke_policy where it asks the same as what is there.
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
