package bench_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const userinfoHost = "openidconnect.googleapis.com"

// userinfo answers the peer's identity request, sent at every configuration. It returns the
// environment for this: a proxy for https, and the certificate to trust. Without an answer the peer
// waits for minutes at every start, and the comparison would be useless. Calls to the emulator
// bypass the proxy, because the emulator is on a loopback address.
func userinfo(tb testing.TB) []string {
	tb.Helper()
	certificate := selfSigned(tb)
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"email": "bench@example.com"}`)
	}))
	site.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	site.StartTLS()
	tb.Cleanup(site.Close)
	proxy := httptest.NewServer(tunnelTo(site.Listener.Addr().String()))
	tb.Cleanup(proxy.Close)

	trusted := filepath.Join(tb.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	if err := os.WriteFile(trusted, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return []string{"HTTPS_PROXY=" + proxy.URL, "SSL_CERT_FILE=" + trusted}
}

func selfSigned(tb testing.TB) tls.Certificate {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{userinfoHost}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		tb.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

// tunnelTo is an https proxy for one host.
func tunnelTo(addr string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.URL.Hostname() != userinfoHost {
			http.Error(w, "not served here", http.StatusForbidden)
			return
		}
		inner, err := net.Dial("tcp", addr)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer closeQuietly(inner)
		outer, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer closeQuietly(outer)
		_, _ = io.WriteString(outer, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(inner, outer) }()
		_, _ = io.Copy(outer, inner)
	})
}

// closeQuietly closes a connection and ignores the error.
func closeQuietly(c io.Closer) { _ = c.Close() }

// The peer's HTTP client gets its proxy and trusted certificate from the environment. The client of
// this test gets them directly.
func TestUserinfo(t *testing.T) {
	t.Parallel()
	env := map[string]string{}
	for _, v := range userinfo(t) {
		name, value, _ := strings.Cut(v, "=")
		env[name] = value
	}
	trusted, err := os.ReadFile(env["SSL_CERT_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusted)
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
	}
	defer client.CloseIdleConnections()
	reply, err := client.Get("https://" + userinfoHost + "/v1/userinfo")
	if err != nil {
		t.Fatal(err)
	}
	defer closeQuietly(reply.Body)
	if text, err := io.ReadAll(reply.Body); err != nil || !strings.Contains(string(text), "bench@example.com") {
		t.Errorf("the answer is %s, %v", text, err)
	}
}
