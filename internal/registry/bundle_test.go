package registry

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/registry"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// attach attaches an artifact to an image, as Cosign 3 does. The test registry takes the type of an
// artifact from its config.
func attach(t *testing.T, r *registry.Registry, repository, image, kind string, annotations map[string]string) string {
	t.Helper()
	layer := r.Blob(t, repository, []byte("{}"))
	text, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": registry.Manifest, "artifactType": kind, "annotations": annotations,
		"config":  map[string]any{"mediaType": kind, "digest": layer, "size": 2},
		"layers":  []any{map[string]any{"mediaType": kind, "digest": layer, "size": 2}},
		"subject": map[string]any{"mediaType": registry.Manifest, "digest": image, "size": 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.PushManifest(t, repository, "attached", registry.Manifest, text)
}

const bundleV03 = "application/vnd.dev.sigstore.bundle.v0.3+json"

func predicate(name string) map[string]string { return map[string]string{predicateAnnotation: name} }

func TestBundledSignatures(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]struct {
		kind        string
		annotations map[string]string
		want        bool
	}{
		"cosign sign":   {bundleV03, predicate(signaturePredicate), true},
		"no annotation": {bundleV03, nil, true},
		"old version":   {"application/vnd.dev.sigstore.bundle+json;version=0.1", nil, true},
		"a provenance":  {bundleV03, predicate("https://slsa.dev/provenance/v1"), false},
		"an SBOM":       {"application/spdx+json", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := registry.Start(t)
			digest, other := r.Push(t, "app", "v1", "linux/amd64"), r.Push(t, "app", "v2", "linux/arm64")
			attach(t, r, "app", digest, k.kind, k.annotations)
			if got, err := reads(t, gcp.Config{}).Bundled(t.Context(), r.Host+"/app@"+digest); err != nil || got != k.want {
				t.Errorf("%v, %v", got, err)
			}
			if got, err := reads(t, gcp.Config{}).Bundled(t.Context(), r.Host+"/app@"+other); err != nil || got {
				t.Errorf("of another image: %v, %v", got, err)
			}
		})
	}
}

// TestBundledSignaturesInATag: a registry without the referrers API has the list under a tag.
func TestBundledSignaturesInATag(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 100)
	r := registry.Start(t, around(func(w http.ResponseWriter, r *http.Request) bool {
		_, path, _ := strings.Cut(r.URL.Path, "/v2/app/")
		asked <- path
		if strings.HasPrefix(path, "referrers/") {
			w.WriteHeader(http.StatusNotFound)
			return true
		}
		return false
	}))
	digest := r.Push(t, "app", "v1", "linux/amd64")
	tag := strings.Replace(digest, ":", "-", 1)
	for _, want := range []bool{false, true} {
		if got, err := reads(t, gcp.Config{}).Bundled(t.Context(), r.Host+"/app@"+digest); err != nil || got != want {
			t.Errorf("%v, %v", got, err)
		}
		var paths []string
		for len(asked) > 0 {
			paths = append(paths, <-asked)
		}
		if !slices.Equal(paths, []string{"", "referrers/" + digest, "manifests/" + tag}) {
			t.Errorf("asked for %q", paths)
		}
		bundle := attach(t, r, "app", digest, bundleV03, nil)
		text, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": registry.Index, "manifests": []any{
			map[string]any{"mediaType": registry.Manifest, "digest": bundle, "size": 1, "artifactType": bundleV03},
		}})
		if err != nil {
			t.Fatal(err)
		}
		r.PushManifest(t, "app", tag, registry.Index, text)
	}
}

// TestBundlesThatCannotBeReadAreAnError: the image does not count as unsigned.
func TestBundlesThatCannotBeReadAreAnError(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("a", 64)
	const empty = `{"schemaVersion":2,"mediaType":"` + registry.Index + `","manifests":[]}`
	for name, k := range map[string]struct {
		around func(http.Handler) http.Handler
		image  string
		want   refusal
	}{
		"denied": {
			answer(403, `{"errors":[{"code":"DENIED","message":"not yours"}]}`), "/app@" + digest,
			refusal{gcp.KindDenied, "DENIED: not yours", "docker login"},
		},
		"more pages": {
			answer(200, empty, "Link", `</v2/app/referrers/x?last=y>; rel="next"`), "/app@" + digest,
			refusal{gcp.KindFailed, "only the first page", ""},
		},
		"a page":    {answer(200, "<html>"), "/app@" + digest, refusal{gcp.KindFailed, "not a manifest", "login page"}},
		"no digest": {answer(200, empty), "/app:v1", refusal{gcp.KindInvalid, "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := registry.Start(t, k.around)
			_, err := reads(t, gcp.Config{}).Bundled(t.Context(), r.Host+k.image)
			k.want.check(t, err)
		})
	}
	_, err := reads(t, gcp.Config{EmulatorHost: "127.0.0.1:1"}).Bundled(t.Context(), "us-docker.pkg.dev/p/r/app@"+digest)
	refusal{gcp.KindFailed, "an emulator is set", ""}.check(t, err)
}
