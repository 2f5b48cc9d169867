package policy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// requirement is an image that has to be admitted, with the place where the user said so.
type requirement struct {
	path    path.Path
	request admission.Request
}

// workload is an element of must_admit_in.
type workload struct {
	Image          types.String `tfsdk:"image"`
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	IstioIdentity  types.String `tfsdk:"istio_service_identity"`
}

// mustAdmit are the requirements that are known.
func mustAdmit(ctx context.Context, c *change) []requirement {
	var all []requirement
	for i, element := range c.Model.MustAdmit.Elements() {
		if image, ok := element.(types.String); ok && !image.IsUnknown() {
			all = append(all, requirement{path.Root("must_admit").AtListIndex(i), admission.Request{Image: image.ValueString()}})
		}
	}
	for i, element := range c.Model.MustAdmitIn.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		var w workload
		if c.Diags.Append(object.As(ctx, &w, asIs)...); w.known() {
			all = append(all, requirement{path.Root("must_admit_in").AtListIndex(i), w.request()})
		}
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
