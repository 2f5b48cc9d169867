package attestor_test

import (
	"fmt"
	"slices"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// numbered returns the keys of a crowd, as stored in the attestor.
func numbered(n int, more ...string) []string {
	for i := range n {
		more = append(more, fmt.Sprintf("https://example.com/%d number %d", i, i))
	}
	slices.Sort(more)
	return more
}

// hasCrowd checks the keys of a crowd in any order.
func (w *world) hasCrowd(n int, more ...string) {
	w.t.Helper()
	got := w.held()
	slices.Sort(got)
	if want := numbered(n, more...); !slices.Equal(got, want) {
		w.t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestAttestorKeysAreWrittenTogether: many keys of one attestor need few writes, and their plan few
// reads.
func TestAttestorKeysAreWrittenTogether(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, inDemo+w.config("")+crowd(t, 20))
	w.must(cli, "apply", "-auto-approve")
	if n := w.Calls("UpdateAttestor"); n > 4 {
		t.Errorf("%d writes of 20 keys", n)
	}
	w.hasCrowd(20)
	w.Emulator.ResetCalls()
	w.clean(cli)
	// The short way makes one more read of the attestor, before it detects the new version.
	if n := w.Calls("GetAttestor") + w.Calls("ListAttestors"); n > 3 {
		t.Errorf("%d reads in a plan of 20 keys", n)
	}
	w.Emulator.ResetCalls()
	w.must(cli, "destroy", "-auto-approve", "-target=binauthz_attestor_key.it")
	if n := w.Calls("UpdateAttestor"); n > 4 {
		t.Errorf("%d writes of 20 destroys", n)
	}
	w.has()
}

// TestAttestorKeysThroughFaults: a fault loses no key and duplicates none. The same apply changes
// the attestor's description.
func TestAttestorKeysThroughFaults(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault.Fault{
		"lost replies":       {Method: "UpdateAttestor", Kind: "after:unavailable", Count: 3},
		"dropped replies":    {Method: "UpdateAttestor", Kind: "after:reset", Count: 3},
		"outages":            {Method: "UpdateAttestor", Kind: "unavailable", Count: 3},
		"a quota of writes":  {Method: "UpdateAttestor", Kind: "resource_exhausted", Count: 3},
		"a storm of changes": {Method: "UpdateAttestor", Kind: "aborted", Count: 8},
		"failing reads":      {Method: "GetAttestor", Kind: "internal", Count: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, inDemo+w.config(""))
			w.must(cli, "apply", "-auto-approve")
			w.change(foreign(t))
			cli.Write(t, inDemo+w.config("description = \"new\"")+crowd(t, 5))
			if err := w.Emulator.Inject(f); err != nil {
				t.Fatal(err)
			}
			w.must(cli, "apply", "-auto-approve")
			if len(w.Emulator.Struck()) == 0 {
				t.Error("nothing was struck")
			}
			w.hasCrowd(5, "foreign")
			w.clean(cli)
			attestor, err := w.Clients.FreshAttestor(t.Context(), w.name)
			if err != nil || attestor.GetDescription() != "new" {
				t.Errorf("%v %v", attestor, err)
			}
		})
	}
}

// TestAttestorKeyChangedSinceThePlan: a key changed since the plan is neither overwritten nor
// removed.
func TestAttestorKeyChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	const text = "the key has changed since the plan, and nothing was written"
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	config := func(comment string) string {
		return inDemo + w.config("") + ownKey("it",
			pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", "key_id = \"it\"\ncomment = \""+comment+"\""))
	}
	cli := w.CLI(t, config("old"))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, config("new"))
	w.must(cli, "plan", "-out=it.tfplan")
	w.change(func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys[0].Comment = "by hand" })
	w.refused(cli, text+": it has another text or comment", "apply", "it.tfplan")
	w.has("it by hand")
	w.must(cli, "plan", "-destroy", "-out=it.tfplan")
	w.change(func(a *gcp.Attestor) {
		a.GetUserOwnedGrafeasNote().PublicKeys[0] = apiKey(t, "it", "p384.pem", "ECDSA_P384_SHA384")
	})
	w.refused(cli, text+": it has another text", "apply", "it.tfplan")
	w.has("it")
}

// TestAttestorKeyDenied: the error names the missing permission, for reads and for writes.
func TestAttestorKeyDenied(t *testing.T) {
	t.Parallel()
	for method, permission := range map[string]string{"GetAttestor": "get", "UpdateAttestor": "update"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, inDemo+w.config(""))
			w.must(cli, "apply", "-auto-approve")
			cli.Write(t, inDemo+w.config("")+crowd(t, 2))
			if err := w.Emulator.Inject(fault.Fault{Method: method, Kind: "permission_denied", Count: fault.Forever}); err != nil {
				t.Fatal(err)
			}
			w.refused(cli, "binaryauthorization.attestors."+permission, "apply", "-auto-approve")
		})
	}
}

// TestOneRefusedAttestorKey: one refused key does not block the others.
func TestOneRefusedAttestorKey(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	twin := ownKey("one", pkixKey(t, "p384.pem", "ECDSA_P384_SHA384", `key_id = "twin"`)) +
		ownKey("two", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", `key_id = "twin"`))
	cli := w.CLI(t, inDemo+w.config("")+crowd(t, 3)+twin)
	w.refused(cli, "the attestor already has a key with this id", "apply", "-auto-approve")
	w.hasCrowd(3, "twin")
}

// TestAttestorKeyLimit: an attestor has at most 1,000 keys. The apply writes keys up to the
// limit, and fails with the service's message and a remedy. The provider warns of a full attestor.
func TestAttestorKeyLimit(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, inDemo+w.config(""))
	w.must(cli, "apply", "-auto-approve")
	w.change(func(a *gcp.Attestor) {
		var many []*binaryauthorizationpb.AttestorPublicKey
		for i := range gcp.MostKeys - 1 {
			many = append(many, apiKey(t, fmt.Sprintf("many-%d", i), "p384.pem", "ECDSA_P384_SHA384"))
		}
		a.GetUserOwnedGrafeasNote().PublicKeys = many
	})
	cli.Write(t, inDemo+w.config("")+crowd(t, 2))
	out := w.refused(cli, "An attestor can have 1000 public keys at most", "apply", "-auto-approve")
	acctest.Says(t, out, "An attestor has 1000 public keys at most. Remove keys")
	if n := len(w.held()); n != gcp.MostKeys {
		t.Errorf("%d keys", n)
	}
	acctest.Says(t, w.must(cli, "plan"), "Attestor is full ("+w.name.String()+")")
}
