package containeranalysis

import (
	"context"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Exists reports whether resource is an existing note or occurrence.
func (a *API) Exists(resource string) bool {
	exists, _ := a.Owns(resource)
	return exists
}

// Owns tells google.iam.v1.IAMPolicy about the resources of this service: notes and occurrences.
func (a *API) Owns(resource string) (exists, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if name, err := a.name(note, resource); err == nil {
		return a.notes[name] != nil, true
	}
	if name, err := a.name(occurrence, resource); err == nil {
		_, err := a.occurrence(name)
		return err == nil, true
	}
	return false, false
}

func (p policies) GetIamPolicy(ctx context.Context, r *iampb.GetIamPolicyRequest) (*iampb.Policy, error) {
	return p.policy.GetIamPolicy(ctx, r)
}

// SetIamPolicy refuses conditions: notes do not support them
// (https://cloud.google.com/iam/docs/resource-types-with-conditional-roles). It refuses Google's
// notes, even missing ones.
func (p policies) SetIamPolicy(ctx context.Context, r *iampb.SetIamPolicyRequest) (*iampb.Policy, error) {
	if name, err := p.name(note, r.GetResource()); err == nil {
		if err := notGoogles("containeranalysis.notes.setIamPolicy", name); err != nil {
			return nil, err
		}
	}
	for _, b := range r.GetPolicy().GetBindings() {
		if b.GetCondition() != nil {
			return nil, status.Errorf(codes.InvalidArgument, "Conditions are not supported on resource %s.", r.GetResource())
		}
	}
	return p.policy.SetIamPolicy(ctx, r)
}

func (p policies) TestIamPermissions(ctx context.Context, r *iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error) {
	return p.policy.TestIamPermissions(ctx, r)
}
