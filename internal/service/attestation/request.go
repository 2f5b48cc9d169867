package attestation

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// request is one image to attest by one attestor. It names a Cloud KMS key, or has a signature and
// the id of its key.
type request struct {
	attestor resname.Attestor
	// project is the project of the attestation.
	project string
	// image is "registry/repository@sha256:…".
	image string
	// payload is the signed text.
	payload []byte

	kms       *resname.KMSKeyVersion
	keyID     string
	signature []byte
}

// kmsRequest parses a request for a signature by Cloud KMS. A short name of the attestor is
// relative to project.
func kmsRequest(attestor, image, project, version string) (request, error) {
	r, err := newRequest(attestor, image, project)
	if err != nil {
		return r, err
	}
	kms, err := resname.ParseKMSKeyVersion(version)
	r.kms = &kms
	return r, at("kms_key_version", err)
}

func newRequest(attestor, image, project string) (request, error) {
	name, err := resname.ParseAttestor(attestor, project)
	if err != nil {
		return request{}, at("attestor", err)
	}
	if err := checkImage(image); err != nil {
		return request{}, at("image", err)
	}
	payload, err := attest.Payload(image)
	return request{attestor: name, project: project, image: image, payload: payload}, at("image", err)
}

func (r request) digest() string {
	_, digest, _ := strings.Cut(r.image, "@")
	return digest
}

// uri is the image in the form of Container Analysis.
func (r request) uri() string { return scheme + r.image }

const scheme = "https://"

// occurrence is the attestation to write.
func (r request) occurrence(note, keyID string, signature []byte) *gcp.Occurrence {
	return &gcp.Occurrence{
		NoteName: note, ResourceUri: r.uri(),
		Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: r.payload, Signatures: []*grafeas.Signature{{PublicKeyId: keyID, Signature: signature}},
		}},
	}
}

func (r request) String() string { return fmt.Sprintf("%s by %s", r.image, r.attestor) }

// at adds an attribute to an error. Resource and action have the same attribute names.
func at(attribute string, err error) error {
	if err == nil {
		return nil
	}
	return &lifecycle.AttributeError{Path: path.Root(attribute), Err: err}
}
