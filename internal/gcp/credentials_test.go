package gcp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const canary = "S3CR3T-canary"

// serviceAccount is a credentials file of a service account with a key of its own.
func serviceAccount(t *testing.T, email string) string {
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
		"type": "service_account", "client_email": email, "project_id": "demo", "private_key_id": "1",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// bearer names the token of a configuration: the token itself, or its signer.
func bearer(t *testing.T, config Config) string {
	t.Helper()
	c := New(config)
	creds, err := c.credentials.get(c.makeCredentials)
	if err != nil {
		t.Fatal(err)
	}
	token, err := creds.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, claims, isJWT := strings.Cut(token.Value, ".")
	if !isJWT {
		return token.Value
	}
	claims, _, _ = strings.Cut(claims, ".")
	raw, err := base64.RawURLEncoding.DecodeString(claims)
	if err != nil {
		t.Fatal(err)
	}
	var signed struct{ Iss string }
	if err := json.Unmarshal(raw, &signed); err != nil {
		t.Fatal(err)
	}
	return signed.Iss
}

// Not parallel: Application Default Credentials come from the environment.
func TestATokenWinsOverAFileAndAFileOverTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "adc.json")
	if err := os.WriteFile(file, []byte(serviceAccount(t, "adc@demo")), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	inBlock := serviceAccount(t, "file@demo")
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{AccessToken: canaryToken, Credentials: inBlock}, canaryToken},
		{Config{AccessToken: canaryToken}, canaryToken},
		{Config{Credentials: inBlock}, "file@demo"},
		{Config{}, "adc@demo"},
	} {
		if got := bearer(t, c.config); got != c.want {
			t.Errorf("%s was used, want %s", got, c.want)
		}
	}
}

// Not parallel: it takes Application Default Credentials away.
func TestWithoutCredentialsTheFirstCallSaysWhatToDo(t *testing.T) {
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json"))
	_, err := New(Config{}).FreshAttestor(t.Context(), attestorName)
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindUnauthenticated || !strings.Contains(e.Remedy, "gcloud auth application-default login") {
		t.Errorf("%+v", err)
	}
}

func TestNoMessageRepeatsCredentials(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		check bool // refused by CheckCredentials already
	}{
		"no JSON":         {canary, true},
		"cut off":         {`{"type":"service_account","private_key":"` + canary, true},
		"array":           {`["` + canary + `"]`, true},
		"no type":         {`{"private_key":"` + canary + `"}`, true},
		"odd type":        {`{"type":"` + canary + `"}`, true},
		"type of number":  {`{"type":1,"private_key":"` + canary + `"}`, true},
		"key of nonsense": {`{"type":"service_account","client_email":"` + canary + `","private_key":"` + canary + `"}`, false},
		"wrong shape":     {`{"type":"service_account","client_email":{"` + canary + `":1}}`, false},
		"external": {
			`{"type":"external_account","audience":"` + canary + `","subject_token_type":"` + canary + `","credential_source":{"file":"/` +
				canary + `"}}`,
			false,
		},
		"impersonated": {`{"type":"impersonated_service_account","service_account_impersonation_url":"` + canary + `"}`, false},
		"user":         {`{"type":"authorized_user","client_secret":"` + canary + `"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckCredentials(c.text)
			if (err != nil) != c.check {
				t.Errorf("checked: %v", err)
			}
			clients := New(Config{Credentials: c.text})
			creds, made := clients.credentials.get(clients.makeCredentials)
			for _, err := range []error{err, made} {
				if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), canary) {
					t.Errorf("the text is in the message: %v", err)
				}
			}
			if made != nil {
				expectKind(t, made, KindUnauthenticated)
			}
			if c.check && creds != nil {
				t.Error("credentials were made")
			}
		})
	}
}

func TestCredentialsAreOfTheConfiguredUniverse(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"token": {AccessToken: canaryToken, UniverseDomain: "example.com"},
		"file":  {Credentials: serviceAccount(t, "file@demo"), UniverseDomain: "example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := New(config)
			creds, err := c.credentials.get(c.makeCredentials)
			if err != nil {
				t.Fatal(err)
			}
			if domain, err := creds.UniverseDomain(t.Context()); domain != "example.com" {
				t.Error(domain, err)
			}
		})
	}
}

func TestALazyValueIsMadeOnceAndAFailureIsNotKept(t *testing.T) {
	t.Parallel()
	var l lazy[int]
	made := 0
	for i, want := range []int{0, 0, 3, 3} {
		got, err := l.get(func() (int, error) {
			if made++; made < 3 {
				return made, errors.New("not yet")
			}
			return made, nil
		})
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%d: %d, %v", i, got, err)
		}
	}
}

func TestACertificateForATokenKeepsItsOwnClient(t *testing.T) {
	t.Parallel()
	for text, own := range map[string]bool{
		`{"type":"external_account","credential_source":{"certificate":{"use_default_certificate_config":true}}}`: true,
		`{"type":"external_account","credential_source":{"file":"/token"}}`:                                       false,
		`{"type":"service_account"}`: false,
		``:                           false,
	} {
		if got := New(Config{}).detectOptions(true, []byte(text)).Client == nil; got != own {
			t.Errorf("%s: left to the library: %t", text, got)
		}
	}
}
