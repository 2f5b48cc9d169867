// Package image is the data source binauthz_image: the digest and platform of an image reference in
// its registry.
package image

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/registry"
)

// model is an image in its registry.
type model struct {
	ID                   types.String `tfsdk:"id"`
	Image                types.String `tfsdk:"image"`
	Platform             types.String `tfsdk:"platform"`
	Digest               types.String `tfsdk:"digest"`
	FullyQualifiedDigest types.String `tfsdk:"fully_qualified_digest"`
	MediaType            types.String `tfsdk:"media_type"`
	Manifests            []manifest   `tfsdk:"manifests"`
	PlatformManifest     *manifest    `tfsdk:"platform_manifest"`
}

// manifest is the manifest of one platform.
type manifest struct {
	Platform             types.String `tfsdk:"platform"`
	Digest               types.String `tfsdk:"digest"`
	FullyQualifiedDigest types.String `tfsdk:"fully_qualified_digest"`
	MediaType            types.String `tfsdk:"media_type"`
}

// NewDataSource makes the data source binauthz_image.
func NewDataSource() datasource.DataSource {
	return &lifecycle.DataSource[model]{
		Noun: "image", Describe: describe, Fetch: fetch,
		Name: func(m *model) string { return "image " + m.Image.ValueString() },
	}
}

func fetch(ctx context.Context, clients *gcp.Clients, m *model, _ *diag.Diagnostics) error {
	image, err := registry.New(clients).Image(ctx, m.Image.ValueString(), !m.Platform.IsNull())
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("image"), Err: err}
	}
	m.fromAPI(image)
	if m.Platform.IsNull() {
		return nil
	}
	chosen, err := choose(image, m.Platform.ValueString())
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("platform"), Err: err}
	}
	one := manifestFrom(image.Repository, chosen)
	m.PlatformManifest = &one
	return nil
}

func (m *model) fromAPI(image *registry.Image) {
	m.FullyQualifiedDigest = types.StringValue(image.Repository + "@" + image.Digest)
	m.ID, m.Digest, m.MediaType = m.FullyQualifiedDigest, types.StringValue(image.Digest), types.StringValue(image.MediaType)
	m.Manifests = []manifest{}
	if !image.Index {
		return
	}
	for _, one := range image.Manifests {
		m.Manifests = append(m.Manifests, manifestFrom(image.Repository, one))
	}
}

func manifestFrom(repository string, m registry.Manifest) manifest {
	return manifest{
		Platform: types.StringValue(m.Platform), Digest: types.StringValue(m.Digest),
		FullyQualifiedDigest: types.StringValue(repository + "@" + m.Digest), MediaType: types.StringValue(m.MediaType),
	}
}

// choose returns the only manifest for a platform.
func choose(image *registry.Image, platform string) (registry.Manifest, error) {
	var fit, all []string
	var chosen registry.Manifest
	for _, one := range image.Manifests {
		all = append(all, orNone(one.Platform))
		if one.Platform == platform {
			return one, nil
		}
		if serves(one.Platform, platform) {
			chosen, fit = one, append(fit, one.Platform)
		}
	}
	switch len(fit) {
	case 0:
		return chosen, fmt.Errorf("%s has no manifest for %s; it has %s", image.Digest, platform, strings.Join(all, ", "))
	case 1:
		return chosen, nil
	}
	return chosen, fmt.Errorf("%s has several manifests for %s: choose one of %s", image.Digest, platform, strings.Join(fit, ", "))
}

func orNone(platform string) string {
	if platform == "" {
		return "one without a platform"
	}
	return platform
}

// serves reports whether a manifest's platform equals the wanted one, or refines it with a variant
// or an OS version.
func serves(have, want string) bool {
	have, version, _ := strings.Cut(have, ":")
	want, wantedVersion, exact := strings.Cut(want, ":")
	return (have == want || strings.HasPrefix(have, want+"/")) && (!exact || version == wantedVersion)
}
