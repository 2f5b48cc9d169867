package registry

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// FuzzManifest: any response of a registry is either an error or a manifest with valid digests.
func FuzzManifest(f *testing.F) {
	for _, text := range []string{
		plainManifest, `null`, `{}`, `[]`, `"`, `{"token":"t"}`, `<html>`, `{"schemaVersion":2,"manifests":[null]}`,
		`{"schemaVersion":"2"}`,
		`{"schemaVersion":2,"manifests":[{"digest":"sha256:../../x","platform":null}]}`, `{"schemaVersion":2,"config":null}`,
		`{"schemaVersion":2,"manifests":[{"digest":"sha256:` + strings.Repeat("0", 64) +
			`","platform":{"os":"linux","architecture":"arm","variant":"v7"}}]}`,
	} {
		for _, header := range []string{"", "application/vnd.oci.image.index.v1+json", "text/html; charset=utf-8", ";"} {
			f.Add([]byte(text), header)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, header string) {
		m, err := parseManifest(text, header, sha256Digest(text))
		if err != nil {
			if !gcp.IsKind(err, gcp.KindFailed) {
				t.Errorf("%v would be tried again", err)
			}
			return
		}
		for _, one := range m.listed() {
			if !isDigest(one.Digest) {
				t.Errorf("digest %q", one.Digest)
			}
		}
		_ = m.isIndex()
	})
}

// FuzzRetryAfter: no header causes a negative or infinite pause.
func FuzzRetryAfter(f *testing.F) {
	for _, text := range []string{
		"", "0", "-1", "3600", "9223372036854775807", "9223372036854775808", "Fri, 31 Dec 9999 23:59:59 GMT",
		"Thu, 01 Jan 1970 00:00:00 GMT",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if pause := retryAfter(text); pause < 0 {
			t.Error(pause)
		}
	})
}
