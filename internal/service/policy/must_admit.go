package policy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// requirement is an image that has to be admitted, with the place where the user said so.
type requirement struct {
	path    path.Path
	request admission.Request
}

// requirements are the images that have to be admitted, and where one is not known yet.
type requirements struct {
	known   []requirement
	unknown []string
}

// add takes a requirement up; known is false while a part of it is not.
func (r *requirements) add(at path.Path, request admission.Request, known bool) {
	if known {
		r.known = append(r.known, requirement{at, request})
	} else {
		r.unknown = append(r.unknown, at.String()+", which is not known itself")
	}
}

// addImages takes the images of a list up, as parts of request.
func (r *requirements) addImages(list types.List, request admission.Request) {
	at := path.Root("must_admit")
	if list.IsUnknown() {
		r.add(at, request, false)
	}
	for i, element := range list.Elements() {
		image, ok := element.(types.String)
		request.Image = image.ValueString()
		r.add(at.AtListIndex(i), request, ok && !image.IsUnknown())
	}
}

// workload is an element of must_admit_in.
type workload struct {
	Image          types.String `tfsdk:"image"`
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	IstioIdentity  types.String `tfsdk:"istio_service_identity"`
}

// mustAdmit are the requirements of a whole policy.
func (m *model) mustAdmit(ctx context.Context, diags *diag.Diagnostics) requirements {
	var all requirements
	all.addImages(m.MustAdmit, admission.Request{})
	at := path.Root("must_admit_in")
	if m.MustAdmitIn.IsUnknown() {
		all.add(at, admission.Request{}, false)
	}
	for i, element := range m.MustAdmitIn.Elements() {
		var w workload
		object, ok := element.(types.Object)
		if ok = ok && !object.IsUnknown(); ok {
			diags.Append(object.As(ctx, &w, asIs)...)
		}
		all.add(at.AtListIndex(i), w.request(), ok && w.known())
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
