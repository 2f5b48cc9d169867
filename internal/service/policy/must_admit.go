package policy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
)

const fieldMustAdmitIn = "must_admit_in"

// workload is an element of must_admit_in.
type workload struct {
	Image          types.String `tfsdk:"image"`
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	IstioIdentity  types.String `tfsdk:"istio_service_identity"`
}

// mustAdmit are the requirements of a whole policy.
func (m *model) mustAdmit(ctx context.Context, diags *diag.Diagnostics) guard.Requirements {
	all := guard.MustAdmit(m.MustAdmit, admission.Request{})
	at := admission.Path{Field: fieldMustAdmitIn, Index: -1}
	if m.MustAdmitIn.IsUnknown() {
		all.Add(at, admission.Request{}, false)
	}
	for i, element := range m.MustAdmitIn.Elements() {
		var w workload
		object, ok := element.(types.Object)
		if ok = ok && !object.IsUnknown(); ok {
			diags.Append(object.As(ctx, &w, asIs)...)
		}
		at.Index = i
		all.Add(at, w.request(), ok && w.known())
	}
	return all
}

func (w *workload) known() bool {
	return !w.Image.IsUnknown() && !w.Cluster.IsUnknown() && !w.Namespace.IsUnknown() && !w.ServiceAccount.IsUnknown() && !w.IstioIdentity.IsUnknown()
}

func (w *workload) request() admission.Request {
	return admission.Request{
		Image: w.Image.ValueString(), Cluster: w.Cluster.ValueString(), Namespace: w.Namespace.ValueString(),
		ServiceAccount: w.ServiceAccount.ValueString(), IstioIdentity: w.IstioIdentity.ValueString(),
	}
}
