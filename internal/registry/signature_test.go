package registry

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/registry"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// sign stores signatures beside an image, each as a layer with a payload and an annotation.
func sign(t *testing.T, r *registry.Registry, repository, digest string, signatures ...[2]string) {
	t.Helper()
	var layers []any
	for _, s := range signatures {
		layer := map[string]any{
			"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
			"size":      len(s[0]),
			"digest":    r.Blob(t, repository, []byte(s[0])),
		}
		if s[1] != "" {
			layer["annotations"] = map[string]string{signatureAnnotation: s[1]}
		}
		layers = append(layers, layer)
	}
	config := r.Blob(t, repository, []byte(`{}`))
	text, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": registry.Manifest, "layers": layers,
		"config": map[string]any{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.PushManifest(t, repository, strings.Replace(digest, ":", "-", 1)+".sig", registry.Manifest, text)
}

func TestSignaturesBesideAnImage(t *testing.T) {
	t.Parallel()
	var blobs atomic.Int32
	r := registry.Start(t, around(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/") {
			blobs.Add(1)
		}
		return false
	}))
	b64 := base64.StdEncoding.EncodeToString
	digest := r.Push(t, "team/app", "v1", "linux/amd64")
	sign(t, r, "team/app", digest, [2]string{"one", b64([]byte("s1"))}, [2]string{"no signature", ""}, [2]string{"one", b64([]byte("s2"))},
		[2]string{"two", "*"})
	got, err := reads(t, gcp.Config{}).Signatures(t.Context(), r.Host+"/team/app@"+digest)
	var texts []string
	for _, s := range got {
		texts = append(texts, string(s.Payload)+" "+string(s.Signature))
	}
	if err != nil || !slices.Equal(texts, []string{"one s1", "one s2", "two "}) {
		t.Errorf("%q, %v", texts, err)
	}
	if blobs.Load() != 2 {
		t.Errorf("%d blobs were read", blobs.Load())
	}
}

func TestAnImageWithoutSignaturesHasNone(t *testing.T) {
	t.Parallel()
	r := registry.Start(t)
	index, _ := r.PushIndex(t, "app", "v2", "linux/amd64", "linux/arm64")
	for _, digest := range []string{r.Push(t, "app", "v1", "linux/amd64"), index} {
		if got, err := reads(t, gcp.Config{}).Signatures(t.Context(), r.Host+"/app@"+digest); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// TestAnImageThatIsNotThereHasNoSignatures: a missing image is an error, unlike an image without
// signatures.
func TestAnImageThatIsNotThereHasNoSignatures(t *testing.T) {
	t.Parallel()
	r := registry.Start(t)
	digest := r.Push(t, "app", "v1", "linux/amd64")
	for _, image := range []string{"/nothing@" + digest, "/app@sha256:" + strings.Repeat("a", 64)} {
		got, err := reads(t, gcp.Config{}).Signatures(t.Context(), r.Host+image)
		if !gcp.IsKind(err, gcp.KindNotFound) || len(got) != 0 {
			t.Errorf("%s: %v, %v", image, got, err)
		}
	}
}

func TestWithAnEmulatorGoogleIsNotAskedForSignatures(t *testing.T) {
	t.Parallel()
	_, err := reads(t, gcp.Config{EmulatorHost: "127.0.0.1:1"}).Signatures(t.Context(),
		"us-docker.pkg.dev/p/r/app@sha256:"+strings.Repeat("a", 64))
	refusal{gcp.KindFailed, "an emulator is set", ""}.check(t, err)
}

func TestSignaturesThatCannotBeReadAreAnError(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("a", 64)
	beside := func(layer string) func(http.Handler) http.Handler {
		return answer(200, `{"schemaVersion":2,"mediaType":"`+registry.Manifest+`","config":{"digest":"`+digest+`"},"layers":[`+layer+`]}`)
	}
	signed := `,"annotations":{"` + signatureAnnotation + `":"cw=="}}`
	for name, k := range map[string]struct {
		around func(http.Handler) http.Handler
		image  string
		want   refusal
	}{
		"denied": {
			answer(403, `{"errors":[{"code":"DENIED","message":"not yours"}]}`), "/app@" + digest,
			refusal{gcp.KindDenied, "DENIED: not yours", "docker login"},
		},
		"other payload": {
			beside(`{"digest":"` + digest + `"` + signed), "/app@" + digest,
			refusal{gcp.KindFailed, "the digest of the registry's answer is wrong: want sha256:aaa", "Do not use it"},
		},
		"a path": {
			beside(`{"digest":"sha256:../../x"` + signed), "/app@" + digest, refusal{gcp.KindFailed, "no digest of the form", ""},
		},
		"a tag": {answer(200, "{}"), "/app:v1", refusal{gcp.KindInvalid, "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := registry.Start(t, k.around)
			_, err := reads(t, gcp.Config{}).Signatures(t.Context(), r.Host+k.image)
			k.want.check(t, err)
		})
	}
}

// TestASignatureWithoutItsPayload: a signature without its payload is an error. The image does not
// count as unsigned.
func TestASignatureWithoutItsPayload(t *testing.T) {
	t.Parallel()
	r := registry.Start(t, around(func(w http.ResponseWriter, r *http.Request) bool {
		missing := r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/")
		if missing {
			w.WriteHeader(http.StatusNotFound)
		}
		return missing
	}))
	digest := r.Push(t, "app", "v1", "linux/amd64")
	sign(t, r, "app", digest, [2]string{"one", "cw=="})
	_, err := reads(t, gcp.Config{}).Signatures(t.Context(), r.Host+"/app@"+digest)
	refusal{gcp.KindFailed, "does not have the payload", "Sign the image again"}.check(t, err)
}
