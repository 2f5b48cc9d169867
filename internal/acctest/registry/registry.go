// Package registry is an image registry on the loopback interface, for tests: the one of
// go-containerregistry, with images of constant digests.
package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

// The media types of pushed contents.
const (
	Manifest = "application/vnd.oci.image.manifest.v1+json"
	Index    = "application/vnd.oci.image.index.v1+json"
)

// errConfig: the user's Docker configuration may start programs that ask for passwords. So tests
// use the package's folder, without a configuration.
var errConfig = os.Setenv("DOCKER_CONFIG", ".")

// Registry is a registry until the end of the test.
type Registry struct {
	*httptest.Server
	// Host is "127.0.0.1:PORT".
	Host string

	handler http.Handler
}

// Start starts a registry. Each handler of around wraps it, to refuse requests and to fail. Pushes
// of the test bypass them.
func Start(t *testing.T, around ...func(http.Handler) http.Handler) *Registry {
	t.Helper()
	if errConfig != nil {
		t.Fatal(errConfig)
	}
	r := &Registry{handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))}
	served := r.handler
	for _, wrap := range around {
		served = wrap(served)
	}
	r.Server = httptest.NewServer(served)
	r.Host = strings.TrimPrefix(r.URL, "http://")
	t.Cleanup(r.Close)
	return r
}

// Push creates an image for a platform, "linux/amd64" or "linux/arm/v7", and returns the digest of
// its manifest.
func (r *Registry) Push(t *testing.T, repository, tag, platform string) string {
	t.Helper()
	config := r.Blob(t, repository, object(describe(platform)))
	return r.PushManifest(t, repository, tag, Manifest, object(map[string]any{
		"schemaVersion": 2, "mediaType": Manifest,
		"config": map[string]any{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 1}, "layers": []any{},
	}))
}

// PushIndex creates an index of images for platforms, in that order, and returns its digest and
// those of its manifests.
func (r *Registry) PushIndex(t *testing.T, repository, tag string, platforms ...string) (index string, manifests []string) {
	t.Helper()
	var entries []any
	for i, platform := range platforms {
		digest := r.Push(t, repository, tag+"-"+string(rune('a'+i)), platform)
		manifests = append(manifests, digest)
		entries = append(entries, map[string]any{"mediaType": Manifest, "digest": digest, "size": 1, "platform": describe(platform)})
	}
	return r.PushManifest(t, repository, tag, Index, object(map[string]any{
		"schemaVersion": 2, "mediaType": Index, "manifests": entries,
	})), manifests
}

// PushManifest pushes text unchanged and returns its digest.
func (r *Registry) PushManifest(t *testing.T, repository, tag, mediaType string, text []byte) string {
	t.Helper()
	r.send(t, http.MethodPut, "/v2/"+repository+"/manifests/"+tag, mediaType, text)
	return digest(text)
}

// Blob pushes text unchanged and returns its digest.
func (r *Registry) Blob(t *testing.T, repository string, text []byte) string {
	t.Helper()
	r.send(t, http.MethodPost, "/v2/"+repository+"/blobs/uploads/?digest="+digest(text), "application/octet-stream", text)
	return digest(text)
}

// send calls the registry itself, without the handlers around it.
func (r *Registry) send(t *testing.T, method, path, mediaType string, text []byte) {
	t.Helper()
	req := httptest.NewRequestWithContext(context.Background(), method, path, bytes.NewReader(text))
	req.Header.Set("Content-Type", mediaType)
	answer := httptest.NewRecorder()
	r.handler.ServeHTTP(answer, req)
	if answer.Code != http.StatusCreated {
		t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
}

// describe returns a platform in the form of manifests.
func describe(platform string) map[string]any {
	platform, version, _ := strings.Cut(platform, ":")
	parts := strings.Split(platform, "/")
	described := map[string]any{"os": parts[0], "architecture": parts[1]}
	if len(parts) > 2 {
		described["variant"] = parts[2]
	}
	if version != "" {
		described["os.version"] = version
	}
	return described
}

func object(value map[string]any) []byte {
	text, _ := json.Marshal(value) //nolint:errchkjson // strings and lists only: cannot fail
	return text
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}
