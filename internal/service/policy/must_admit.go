package policy

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

const fieldMustAdmitIn = "must_admit_in"

// place is the workload of an image in the configuration.
type place struct {
	Image          types.String `tfsdk:"image"`
	Manifest       types.String `tfsdk:"manifest"`
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	IstioIdentity  types.String `tfsdk:"istio_service_identity"`
}

// element is an element of must_admit_in.
type element struct {
	place
	Project  types.String `tfsdk:"project"`
	Running  types.Bool   `tfsdk:"running"`
	Workload types.String `tfsdk:"workload"`
}

// mustAdmit are the images of must_admit and must_admit_in.
func (m *model) mustAdmit(ctx context.Context, diags *diag.Diagnostics) guard.Requirements {
	all := guard.MustAdmit(m.MustAdmit, admission.Request{})
	at := admission.Path{Field: fieldMustAdmitIn, Index: -1}
	if m.MustAdmitIn.IsUnknown() {
		all.Add(at, admission.Request{}, false)
	}
	for i, value := range m.MustAdmitIn.Elements() {
		var e element
		object, ok := value.(types.Object)
		if ok = ok && !object.IsUnknown(); ok {
			diags.Append(object.As(ctx, &e, asIs)...)
		}
		at.Index = i
		switch {
		case !ok || !e.known():
			all.Add(at, admission.Request{}, false)
		case e.isIn(m.Project.ValueString()):
			e.require(at, &all, diags)
		}
	}
	return all
}

func (e *element) known() bool {
	return e.place.known() && !e.Project.IsUnknown() && !e.Running.IsUnknown()
}

func (p *place) known() bool {
	return !p.Image.IsUnknown() && !p.Manifest.IsUnknown() && !p.Cluster.IsUnknown() && !p.Namespace.IsUnknown() &&
		!p.ServiceAccount.IsUnknown() && !p.IstioIdentity.IsUnknown()
}

// isIn reports whether the workload can be in a project. A project number can mean any project.
func (e *element) isIn(project string) bool {
	other := e.Project.ValueString()
	return other == "" || other == project || resname.IsProjectNumber(other)
}

func (e *element) require(at admission.Path, all *guard.Requirements, diags *diag.Diagnostics) {
	requests, err := e.requests()
	if err != nil {
		diags.AddAttributeError(guard.ListPath(at), "Invalid workload", err.Error()+".")
		return
	}
	for _, r := range requests {
		all.Known = append(all.Known, judge.Requirement{
			Path:     at,
			Request:  r,
			Running:  e.Running.ValueBool(),
			Workload: e.Workload.ValueString(),
		})
	}
}

// request is an admission request without an image.
func (p *place) request() admission.Request {
	return admission.Request{
		Cluster: p.Cluster.ValueString(), Namespace: p.Namespace.ValueString(),
		ServiceAccount: p.ServiceAccount.ValueString(), IstioIdentity: p.IstioIdentity.ValueString(),
	}
}

// requests are the admission requests: one for the image, or one for each image of the manifest.
func (p *place) requests() ([]admission.Request, error) {
	switch image, manifest := p.Image.ValueString(), p.Manifest.ValueString(); {
	case (image == "") == (manifest == ""):
		return nil, errors.New("exactly one of image and manifest is required")
	case image != "":
		r := p.request()
		r.Image = image
		return []admission.Request{r}, nil
	default:
		return p.inManifest(manifest)
	}
}

func (p *place) inManifest(manifest string) (all []admission.Request, err error) {
	pods, err := workload.ParseManifests(manifest)
	if err != nil {
		return nil, fmt.Errorf("cannot read the manifest: %w", err)
	}
	seen := map[admission.Request]bool{}
	for _, pod := range pods {
		r := p.request()
		if r.Namespace == "" {
			r.Namespace = pod.Namespace
		}
		if r.ServiceAccount == "" && r.IstioIdentity == "" {
			r.ServiceAccount = pod.ServiceAccount
		}
		for _, c := range pod.Containers {
			if r.Image = c.Image; !seen[r] {
				seen[r] = true
				all = append(all, r)
			}
		}
	}
	return all, nil
}
