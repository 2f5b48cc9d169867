package policy

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// placeAttributes are the attributes of a place in a data source.
func placeAttributes() map[string]schema.Attribute {
	text := func(s string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: s}
	}
	return map[string]schema.Attribute{
		"image": text("The image as a pod names it. Attestations are about digests: without `@sha256:…` none counts. " +
			"Exactly one of `image` and `manifest`."),
		"manifest":                   text(rulevalue.Manifest),
		"cluster":                    text("`{location}.{cluster}`."),
		"kubernetes_namespace":       text("The namespace. Absent, it is that of the manifest, if that has one."),
		"kubernetes_service_account": text("`{namespace}:{service account}`. Absent, it is that of the manifest."),
		"istio_service_identity":     text("The Istio service identity."),
	}
}

// with adds attributes to others.
func with(more, all map[string]schema.Attribute) map[string]schema.Attribute {
	maps.Copy(all, more)
	return all
}

// placeError is what is wrong with a place. Attribute is to blame, or "" where two contradict each other.
type placeError struct {
	error
	attribute string
}

// asked are the questions, if they can be asked.
func (p *place) asked() ([]admission.Request, *placeError) {
	requests, err := p.requests()
	if err != nil {
		return nil, &placeError{err, p.given()}
	}
	for _, r := range requests {
		if err := r.Check(); err != nil {
			return nil, &placeError{err, p.blamed(r)}
		}
	}
	return requests, nil
}

// given is the attribute that says which images are asked about.
func (p *place) given() string {
	if p.Manifest.IsNull() {
		return "image"
	}
	return "manifest"
}

// blamed is the attribute of a request that is wrong whatever the others are. What is not written comes from the manifest.
func (p *place) blamed(r admission.Request) string {
	for _, part := range []struct {
		attribute string
		written   types.String
		alone     admission.Request
	}{
		{p.given(), types.StringValue(r.Image), admission.Request{Image: r.Image}},
		{"cluster", p.Cluster, admission.Request{Image: r.Image, Cluster: r.Cluster}},
		{"kubernetes_namespace", p.Namespace, admission.Request{Image: r.Image, Namespace: r.Namespace}},
		{"kubernetes_service_account", p.ServiceAccount, admission.Request{Image: r.Image, ServiceAccount: r.ServiceAccount}},
		{"istio_service_identity", p.IstioIdentity, admission.Request{Image: r.Image, IstioIdentity: r.IstioIdentity}},
	} {
		if part.alone.Check() == nil {
			continue
		}
		if part.written.ValueString() == "" {
			return p.given()
		}
		return part.attribute
	}
	return ""
}
