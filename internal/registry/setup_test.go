package registry

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// canary and canaryToken stand for secrets: no message may contain one, and each may reach only its
// own host.
const (
	canary      = "S3CR3T-canary"
	canaryToken = "S3CR3T-token"
)

// plainManifest is a minimal manifest of an image.
var plainManifest = `{"schemaVersion":2,"config":{"digest":"sha256:` + strings.Repeat("a", 64) + `"}}`

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reads is a reader with its own connections and this config.
func reads(t *testing.T, config gcp.Config) *Reader {
	t.Helper()
	config.Pause = 2 * time.Millisecond
	r := New(gcp.New(config))
	own := newTransport()
	r.way = own
	t.Cleanup(own.(*http.Transport).CloseIdleConnections)
	return r
}

// serviceAccount is a credentials file of a service account with its token endpoint at tokenURI.
func serviceAccount(t *testing.T, email, tokenURI string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": email, "project_id": "demo", "private_key_id": "1", "token_uri": tokenURI,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
