package gcp

import (
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const aPolicy = "projects/p/policy"

func someGrant(member string) allowpolicy.Grant {
	return allowpolicy.Grant{Binding: allowpolicy.Binding{Role: "roles/viewer"}, Member: member}
}

func adds(member string) Edit[*AllowPolicy] {
	return Edit[*AllowPolicy]{Change: func(p *AllowPolicy, _ bool) error {
		allowpolicy.Add(p, someGrant(member))
		return nil
	}}
}

// TestAllowPolicyWithoutEtag: a policy without an etag cannot be guarded, so it is not written.
func TestAllowPolicyWithoutEtag(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, emulator.Options{})
	if _, err := c.setAllowPolicy(t.Context(), aPolicy, &iampb.Policy{}); !IsKind(err, KindFailed) {
		t.Error(err)
	}
}

func TestWhatHasNoAllowPolicy(t *testing.T) {
	t.Parallel()
	c := New(Config{})
	for _, object := range []string{"", "projects/p", "projects/p/occurrences/o", "projects/p/platforms/gke/policies/x"} {
		if _, err := c.AllowPolicy(t.Context(), object); !IsKind(err, KindInvalid) {
			t.Errorf("%q: %v", object, err)
		}
	}
}

// TestAnObjectMadeAgainHasNoOldPolicy: a recreated attestor has the etag of every first policy.
// This is not an etag from before our write.
func TestAnObjectMadeAgainHasNoOldPolicy(t *testing.T) {
	t.Parallel()
	_, c := emulated(t, emulator.Options{})
	create := func() {
		if _, err := c.CreateAttestor(t.Context(), attestorName, anAttestor("")); err != nil {
			t.Fatal(err)
		}
	}
	create()
	if _, err := c.EditAllowPolicy(t.Context(), attestorName.String(), adds("user:a@example.com")); err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteAttestor(t.Context(), attestorName); err != nil {
		t.Fatal(err)
	}
	create()
	p, err := c.getAllowPolicy(t.Context(), attestorName.String())
	if err != nil || c.isStale(attestorName.String(), p) {
		t.Errorf("%v %v", p, err)
	}
}

func TestCallerEmail(t *testing.T) {
	t.Parallel()
	const key = `{"type":"service_account","client_email":"sa@p.iam.gserviceaccount.com"}`
	for want, config := range map[string]Config{
		"sa@p.iam.gserviceaccount.com":    {Credentials: key},
		"other@p.iam.gserviceaccount.com": {Credentials: key, ImpersonateServiceAccount: "other@p.iam.gserviceaccount.com"},
		"":                                {Credentials: key, AccessToken: "x"},
	} {
		if got := New(config).CallerEmail(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if got := New(Config{Credentials: key, EmulatorHost: "localhost:1"}).CallerEmail(); got != "" {
		t.Errorf("%q with an emulator", got)
	}
}
