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

// payloadType is what gcloud writes. Pages of Google's spell it "Google Cloud BinAuthz container signature", too.
const payloadType = "Google cloud binauthz container signature"

// payload is the signed document. The fields of each object are in alphabetical order, as gcloud sorts them.
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

// Payload returns what an attestation of image signs, byte for byte as "gcloud container binauthz
// create-signature-payload" prints it. image is registry/repository@sha256:<64 hex digits>, with or without a scheme. A
// registry has to be named, as for gcloud. A tag beside the digest is refused: gcloud takes it and leaves it out of the payload, so
// that it would look signed and is not.
func Payload(image string) ([]byte, error) {
	repository, digest, ok := strings.Cut(anyScheme.ReplaceAllString(image, ""), "@")
	if !ok || !digestForm.MatchString(digest) {
		return nil, fmt.Errorf("the image %q has no digest: want registry/repository@sha256: and 64 hexadecimal digits", image)
	}
	if untagged := Image(image); untagged != anyScheme.ReplaceAllString(image, "") {
		return nil, fmt.Errorf("the image %q has a tag and a digest together, and what is signed has no tag: want %s", image, untagged)
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

// namesRegistry follows Docker's rule: the first element is a host when it has a dot or a port, or is "localhost".
func namesRegistry(repository string) bool {
	host, _, _ := strings.Cut(repository, "/")
	return strings.ContainsAny(host, ".:") || host == "localhost"
}

// Image is the image that an occurrence is attached to, as Payload takes it: without a scheme, and without the tag that gcloud
// leaves beside the digest.
func Image(uri string) string {
	return tagged.ReplaceAllString(anyScheme.ReplaceAllString(uri, ""), "@")
}

func (p payload) indented() []byte {
	text, _ := json.MarshalIndent(p, "", "  ") // strings only: cannot fail
	return text
}

// ParsePayload returns the repository and the digest ("sha256:…") that a signed payload names. White space, further fields, and the case
// of letters in the names of fields and in the type do not matter; the type and the form of the digest do.
func ParsePayload(text []byte) (repository, digest string, err error) {
	var p payload
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&p); err != nil {
		return "", "", fmt.Errorf("the payload is no JSON object: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", "", errors.New("there is text after the payload's JSON object")
	}
	c := p.Critical
	switch {
	case !strings.EqualFold(c.Type, payloadType):
		return "", "", fmt.Errorf("the payload's critical.type is %q: want %q", c.Type, payloadType)
	case !digestForm.MatchString(c.Image.Digest):
		return "", "", errors.New("the payload's critical.image.docker-manifest-digest is no sha256 digest")
	}
	return c.Identity.Reference, c.Image.Digest, nil
}

// PAE is the DSSE pre-authentication encoding of body: what is signed when a signature also binds the payload's type.
// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
func PAE(payloadType string, body []byte) []byte {
	return append(fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(payloadType), payloadType, len(body)), body...)
}
