package registry

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// manifest has the needed fields of a manifest or an index
// (https://github.com/opencontainers/image-spec/blob/main/image-index.md, manifest.md).
type manifest struct {
	SchemaVersion int    `json:"schemaVersion"`
	MediaType     string `json:"mediaType"`
	Config        struct {
		Digest string `json:"digest"`
	} `json:"config"`
	Layers []struct {
		Digest      string            `json:"digest"`
		Annotations map[string]string `json:"annotations"`
	} `json:"layers"`
	Manifests []struct {
		MediaType    string            `json:"mediaType"`
		Digest       string            `json:"digest"`
		Platform     *platform         `json:"platform"`
		ArtifactType string            `json:"artifactType"`
		Annotations  map[string]string `json:"annotations"`
	} `json:"manifests"`

	digest string
}

// parseManifest uses the media type of the header. Registries of plain files send none or a generic
// one; then the manifest's own media type counts, or else its shape.
func parseManifest(text []byte, header, digest string) (*manifest, error) {
	m := &manifest{digest: digest}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, noManifest(err.Error())
	}
	header, _, _ = strings.Cut(header, ";")
	said := types.MediaType(strings.TrimSpace(header))
	switch {
	case said.IsIndex() || said.IsImage() || said.IsSchema1():
		m.MediaType = string(said)
	case m.MediaType == "" && m.Manifests != nil:
		m.MediaType = string(types.OCIImageIndex)
	case m.MediaType == "" && m.Config.Digest != "":
		m.MediaType = string(types.OCIManifestSchema1)
	}
	if types.MediaType(m.MediaType).IsSchema1() {
		return nil, &gcp.Error{
			Kind: gcp.KindFailed, Message: "the image has a Docker manifest of schema 1, and its digest is not the digest of its text",
			Remedy: "Build and push it again with a newer builder that writes schema 2 or OCI manifests.",
		}
	}
	if why := m.wrong(); why != "" {
		return nil, noManifest(why)
	}
	return m, nil
}

func noManifest(why string) *gcp.Error {
	return &gcp.Error{
		Kind: gcp.KindFailed, Message: "the registry's answer is not a manifest: " + why,
		Remedy: "Check for a proxy with a login page, or a mirror, under the registry's name.",
	}
}

// wrong describes an invalid manifest, or returns "". A login page can be JSON too, and digests
// become parts of addresses and references.
func (m *manifest) wrong() string {
	if m.SchemaVersion != 2 {
		return "its schemaVersion is not 2"
	}
	if kind := types.MediaType(m.MediaType); !kind.IsIndex() && !kind.IsImage() {
		return "it has neither the media type nor the shape of a manifest"
	}
	if m.Config.Digest != "" && !isDigest(m.Config.Digest) {
		return "its config has no digest"
	}
	for _, one := range m.Manifests {
		if !isDigest(one.Digest) {
			return "one of its manifests has no digest"
		}
	}
	return ""
}

// digestForm has the algorithms registered by the image specification
// (descriptor.md#registered-algorithms).
var digestForm = regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)

func isDigest(text string) bool { return digestForm.MatchString(text) }

func (m *manifest) isIndex() bool { return types.MediaType(m.MediaType).IsIndex() }

func (m *manifest) listed() []Manifest {
	all := make([]Manifest, 0, len(m.Manifests))
	for _, one := range m.Manifests {
		all = append(all, Manifest{Platform: one.Platform.String(), Digest: one.Digest, MediaType: one.MediaType})
	}
	return all
}

// platform is a platform in an index or in an image's configuration.
type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	OSVersion    string `json:"os.version"`
}

// String returns "" without a platform.
func (p *platform) String() string {
	if p == nil || p.OS == "" || p.Architecture == "" {
		return ""
	}
	text := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		text += "/" + p.Variant
	}
	if p.OSVersion != "" {
		text += ":" + p.OSVersion
	}
	return text
}
