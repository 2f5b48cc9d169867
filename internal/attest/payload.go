package attest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// payloadType is the type written by gcloud. Some of Google's pages spell it "Google Cloud BinAuthz
// container signature".
const payloadType = "Google cloud binauthz container signature"

// payload is the signed document. The fields of each object are sorted by name, as in gcloud.
type payload struct {
	Critical struct {
		Identity struct {
			Reference string `json:"docker-reference"`
		} `json:"identity"`
		Image struct {
			Digest string `json:"docker-manifest-digest"`
		} `json:"image"`
		Type string `json:"type"`
	} `json:"critical"`
}

var (
	anyScheme  = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//`)
	digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	reference  = regexp.MustCompile(`^[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9_.-]+)+$`)
	tagged     = regexp.MustCompile(`:[A-Za-z0-9_.-]+@`)
)

// Payload returns the signed payload of an attestation of image, byte for byte as printed by
// "gcloud container binauthz create-signature-payload". image is registry/repository@sha256:<64 hex
// digits>, with or without a scheme. The registry is required, as in gcloud. A tag next to the
// digest is refused: gcloud drops it from the payload, so it would seem signed without being
// signed.
func Payload(image string) ([]byte, error) {
	repository, digest, ok := strings.Cut(anyScheme.ReplaceAllString(image, ""), "@")
	if !ok || !digestForm.MatchString(digest) {
		return nil, fmt.Errorf("the image %q has no digest: want registry/repository@sha256: and 64 hexadecimal digits", image)
	}
	if untagged := Image(image); untagged != anyScheme.ReplaceAllString(image, "") {
		return nil, fmt.Errorf("the image %q has both a tag and a digest, but a payload has no tag: want %s", image, untagged)
	}
	if !reference.MatchString(repository) {
		return nil, fmt.Errorf("the image %q is not of the form registry/repository@sha256:…, with the repository in lower case", image)
	}
	if !namesRegistry(repository) {
		return nil, fmt.Errorf("the image %q names no registry: images of Docker Hub are docker.io/%s@%s", image, repository, digest)
	}
	var p payload
	p.Critical.Identity.Reference, p.Critical.Image.Digest, p.Critical.Type = repository, digest, payloadType
	return append(p.indented(), '\n'), nil
}

// namesRegistry implements Docker's rule: the first element is a host if it has a dot or a port, or
// is "localhost".
func namesRegistry(repository string) bool {
	host, _, _ := strings.Cut(repository, "/")
	return strings.ContainsAny(host, ".:") || host == "localhost"
}

// Image converts the resource of an occurrence to the form of Payload: without a scheme, and
// without the tag that gcloud leaves next to the digest.
func Image(uri string) string {
	return tagged.ReplaceAllString(anyScheme.ReplaceAllString(uri, ""), "@")
}

func (p payload) indented() []byte {
	text, _ := json.MarshalIndent(p, "", "  ") // strings only: cannot fail
	return text
}

// ParsePayload returns the repository and the digest ("sha256:…") of a signed payload. It ignores
// white space, other fields, and the case of letters in field names and in the type. It checks the
// type and the form of the digest.
func ParsePayload(text []byte) (repository, digest string, err error) {
	var p payload
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&p); err != nil {
		return "", "", fmt.Errorf("the payload is not a JSON object: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", "", errors.New("there is text after the payload's JSON object")
	}
	c := p.Critical
	switch {
	case !strings.EqualFold(c.Type, payloadType):
		return "", "", fmt.Errorf("the payload's critical.type is %q: want %q", c.Type, payloadType)
	case !digestForm.MatchString(c.Image.Digest):
		return "", "", errors.New("the payload's critical.image.docker-manifest-digest is not a sha256 digest")
	}
	return c.Identity.Reference, c.Image.Digest, nil
}

// PAE is the DSSE pre-authentication encoding of body: the signed bytes if a signature also covers
// the payload's type. https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
func PAE(payloadType string, body []byte) []byte {
	return append(fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(payloadType), payloadType, len(body)), body...)
}
