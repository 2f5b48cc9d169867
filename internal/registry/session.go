package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// session reads one repository. It stands in for go-containerregistry's package remote, of which two reads are
// needed, and which makes the executable 0.7 MB larger.
type session struct {
	client *http.Client
	base   string
}

// signIn asks the registry how it wants to know who reads, and gets a token where it gives them out.
func (r *Reader) signIn(ctx context.Context, ref name.Reference, d *door, who authn.Authenticator) (*session, error) {
	way, err := transport.NewWithContext(ctx, ref.Context().Registry, who, transport.NewUserAgent(d, r.clients.UserAgent(ctx)), []string{ref.Scope(transport.PullScope)})
	if err != nil {
		return nil, err
	}
	// The transport makes http of https where it found that the registry speaks that, and d where that may be.
	base := "https://" + ref.Context().RegistryStr() + "/v2/" + ref.Context().RepositoryStr()
	return &session{client: &http.Client{Transport: way}, base: base}, nil
}

// manifestTypes are what is asked for. Docker's schema 1 is not: its digest is not that of its text.
var manifestTypes = strings.Join([]string{
	string(types.OCIImageIndex), string(types.DockerManifestList), string(types.OCIManifestSchema1), string(types.DockerManifestSchema2),
}, ", ")

// manifest reads what ref names. The digest is computed: what a registry says of it in a header, it may say wrongly.
func (s *session) manifest(ctx context.Context, ref name.Reference) (*manifest, error) {
	text, header, err := s.get(ctx, "/manifests/"+ref.Identifier(), manifestTypes)
	if err != nil {
		return nil, err
	}
	digest := sha256Digest(text)
	if wanted, ok := ref.(name.Digest); ok && wanted.DigestStr() != digest {
		return nil, otherContent(wanted.DigestStr(), digest)
	}
	return parseManifest(text, header.Get("Content-Type"), digest)
}

// platform reads the platform in an image's configuration. What is no image, but kept like one, has none.
func (s *session) platform(ctx context.Context, config string) (*platform, error) {
	if !strings.HasPrefix(config, "sha256:") {
		return new(platform), nil // without one, or with one that cannot be checked, nothing says the platform
	}
	text, _, err := s.get(ctx, "/blobs/"+config, "*/*")
	if err != nil {
		return nil, err
	}
	if digest := sha256Digest(text); digest != config {
		return nil, otherContent(config, digest)
	}
	p := new(platform)
	if json.Unmarshal(text, p) != nil {
		p = new(platform)
	}
	return p, nil
}

// mostBytes is more than a registry has to take of a manifest (4 MiB by the distribution specification).
const mostBytes = 8 << 20

func (s *session) get(ctx context.Context, path, accept string) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept", accept)
	response, err := s.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if err := transport.CheckError(response, http.StatusOK); err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	if err == nil && len(text) > mostBytes {
		err = &gcp.Error{Kind: gcp.KindFailed, Message: "what the registry has there is too large for a manifest"}
	}
	return text, response.Header, err
}

func sha256Digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// otherContent is no passing fault: whoever answers there does not have what was asked for.
func otherContent(want, got string) *gcp.Error {
	return &gcp.Error{
		Kind: gcp.KindFailed, Message: fmt.Sprintf("the registry was asked for %s and answered with something whose digest is %s", want, got),
		Remedy: "Do not trust it. See who answers under the registry's name: a proxy, a mirror.",
	}
}
