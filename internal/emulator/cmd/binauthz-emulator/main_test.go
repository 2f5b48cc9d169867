package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServesUntilInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out, in := io.Pipe()
	code := make(chan int, 1)
	manifest := filepath.Join(t.TempDir(), "web.yaml")
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: nginx}]}\n"
	if err := os.WriteFile(manifest, []byte(pod), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	go func() {
		code <- run(ctx, []string{
			"-listen", "127.0.0.1:0",
			"-cluster", "projects/demo/locations/us-central1/clusters/prod",
			"-pod", "projects/demo/locations/us-central1/clusters/prod=" + manifest,
			"-kms-key", "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci",
			"-kms-key", "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/big=RSA_SIGN_PSS_2048_SHA256",
			"-fault", "GetPolicy=unavailable,count=2", "-fault", "*=delay=1ms,count=forever",
		}, in, &stderr)
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatalf("%q %v %s", line, err, &stderr)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]int{
		"/v1/projects/demo/locations/us-central1/clusters/prod":                                             200,
		"/v1/projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1/publicKey":  200,
		"/v1/projects/demo/locations/global/keyRings/binauthz/cryptoKeys/big/cryptoKeyVersions/1/publicKey": 200,
		"/v1/projects/demo/locations/global/keyRings/binauthz/cryptoKeys/big:getIamPolicy":                  200,
		"/v1/projects/demo/policy":                                  503,
		"/v1/projects/demo/assets?assetTypes=k8s.io/Pod&pageSize=1": 200,
	} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(reply.Body)
		_ = reply.Body.Close()
		if strings.Contains(path, "/assets") && !strings.Contains(string(body), "/pods/web") {
			t.Errorf("%s: %s %v", path, body, err)
		}
		if reply.StatusCode != want {
			t.Errorf("%s: %s", path, reply.Status)
		}
	}
	interrupt()
	if got := <-code; got != 0 || stderr.Len() > 0 {
		t.Errorf("exit code %d, %s", got, &stderr)
	}
}

func TestBadFlags(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`"broken" is no kind of fault`: {"-fault", "GetNote=broken"},
		"-cluster prod":                {"-listen", "127.0.0.1:0", "-cluster", "prod"},
		"-kms-key projects/p":          {"-listen", "127.0.0.1:0", "-kms-key", "projects/p"},
		"ODD":                          {"-listen", "127.0.0.1:0", "-kms-key", "projects/p/locations/l/keyRings/r/cryptoKeys/k=ODD"},
		"want CLUSTER=FILE":            {"-listen", "127.0.0.1:0", "-pod", "web.yaml"},
		"no such file":                 {"-listen", "127.0.0.1:0", "-pod", "projects/p/locations/us-central1/clusters/c=/none.yaml"},
		"Not found: projects/p/locations/us-central1/clusters/c": {
			"-listen", "127.0.0.1:0", "-pod",
			"projects/p/locations/us-central1/clusters/c=" + os.DevNull,
		},
		"flag provided but not defined: -no": {"-no"},
		`unexpected argument "serve"`:        {"serve"},
		"must not be negative":               {"-page-size", "-1"},
		"parse error":                        {"-latency", "slow"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, &stdout, &stderr); code != 2 || !strings.Contains(stderr.String(), want) || stdout.Len() > 0 {
			t.Errorf("%v: exit code %d, %s%s", args, code, &stdout, &stderr)
		}
	}
}

func TestOtherExitCodes(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"-listen", "127.0.0.1:http-no-port"}, io.Discard, &stderr); code != 1 || stderr.Len() == 0 {
		t.Errorf("an address that cannot be listened on: exit code %d, %s", code, &stderr)
	}
	stderr.Reset()
	if code := run(t.Context(), []string{"-help"}, io.Discard, &stderr); code != 0 ||
		!strings.Contains(stderr.String(), "-fault METHOD=KIND") {
		t.Errorf("-help: exit code %d, %s", code, &stderr)
	}
}
