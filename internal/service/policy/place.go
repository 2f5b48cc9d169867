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
		"image": text("The image, as written in the pod. An attestation is for a digest, so an image without `@sha256:…` has none. " +
			"Exactly one of `image` and `manifest`."),
		"manifest":                   text(rulevalue.Manifest),
		"cluster":                    text("`{location}.{cluster}`."),
		"kubernetes_namespace":       text("The namespace. Absent means the namespace in the manifest, if any."),
		"kubernetes_service_account": text("`{namespace}:{service account}`. Absent means the service account in the manifest."),
		"istio_service_identity":     text("The Istio service identity."),
	}
}

// with adds the attributes in more to all.
func with(more, all map[string]schema.Attribute) map[string]schema.Attribute {
	maps.Copy(all, more)
	return all
}

// placeError is an error in a place. attribute is the wrong attribute, or "" if two attributes
// contradict each other.
type placeError struct {
	error
	attribute string
}

// asked are the admission requests of a valid place.
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

// given is the attribute with the images.
func (p *place) given() string {
	if p.Manifest.IsNull() {
		return "image"
	}
	return "manifest"
}

// blamed is the first attribute of an invalid request with an error of its own. Absent attributes
// come from the manifest, so the manifest is blamed for them.
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
