package gcp

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// trustTestServers makes httptest's certificate one of the system's for this process. It has to
// come before the first connection: Go reads them once.
func trustTestServers() error {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := errors.Join(os.WriteFile(file, certificate, 0o600), os.Setenv("SSL_CERT_FILE", file)); err != nil {
		return err
	}
	_, err = x509.SystemCertPool()
	return err
}

// recorder notes every request, gRPC or REST, and answers NOT_FOUND.
type recorder struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.requests = append(r.requests, req)
	r.mu.Unlock()
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/grpc") {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", "5")
		w.Header().Set("Grpc-Message", "nothing here")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, oldBody(http.StatusNotFound, "NOT_FOUND", "notFound", "nothing here"))
}

func record(t *testing.T, tls bool) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewUnstartedServer(r)
	r.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that end early
	if tls {
		if errTrust != nil {
			t.Fatal(errTrust)
		}
		r.EnableHTTP2 = true
		r.StartTLS()
	} else {
		r.Config.Protocols = new(http.Protocols)
		r.Config.Protocols.SetHTTP1(true)
		r.Config.Protocols.SetUnencryptedHTTP2(true)
		r.Start()
	}
	t.Cleanup(r.Close)
	return r
}

// paths are the last elements of the recorded paths, sorted.
func (r *recorder) paths() []string {
	var paths []string
	for _, req := range r.requests {
		paths = append(paths, req.URL.Path[strings.LastIndexByte(req.URL.Path, '/')+1:])
	}
	slices.Sort(paths)
	return paths
}

var aKeyVersion = resname.KMSKeyVersion{KMSKey: resname.KMSKey{Project: "demo", Location: "global", KeyRing: "r", ID: "k"}, Version: "1"}

// everywhere is one address for all APIs.
func everywhere(address string) Endpoints {
	return Endpoints{address, address, address, address, address, address, address}
}

// anArtifact is an image of Artifact Registry.
var anArtifact = "us-docker.pkg.dev/demo/prod/web@sha256:" + strings.Repeat("a", 64)

// oneCallEach makes one call with every one of Google's clients and hands each error to check.
func oneCallEach(ctx context.Context, c *Clients, check func(api string, err error)) {
	_, err := c.FreshAttestor(ctx, attestorName)
	check("binary authorization", err)
	_, err = c.Note(ctx, noteName)
	check("container analysis", err)
	_, err = c.FreshCluster(ctx, prodName)
	check("clusters", err)
	_, err = c.getOperation(ctx, prodName, "operation-1")
	check("operations", err)
	_, err = c.PublicKey(ctx, aKeyVersion)
	check("KMS", err)
	_, err = c.Pods(ctx, "projects/demo")
	check("inventory", err)
	check("logs", entriesOf(ctx, c))
	_, err = c.uploadTime(ctx, anArtifact)
	check("artifacts", err)
}

// entriesOf makes one call for log entries.
func entriesOf(ctx context.Context, c *Clients) error {
	_, err := c.LogEntries(ctx, "demo", "filter", 10, func(*LogEntry) bool { return true })
	return err
}

// oneMethodEach are the calls of oneCallEach in the form of recorder.paths.
var oneMethodEach = []string{
	"GetAttestor", "GetNote", "GetOperation", "GetPublicKey", "assets", "entries:list", "prod", path.Base(anArtifact),
}
