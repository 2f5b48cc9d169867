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

// numbered are the keys of a crowd, as the attestor has them.
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

// Keys of one attestor become few writes, and a plan of them few reads.
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
	// The short way has one more: it looks at the attestor before it knows that the version has changed.
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

// What can go wrong on the way loses nothing and doubles nothing. The attestor is described anew in the same apply.
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

// A key that somebody has changed since the plan is not overwritten, and not taken away.
func TestAttestorKeyChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	const text = "the key was changed since the plan was made, and nothing was written"
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	config := func(comment string) string {
		return inDemo + w.config("") + ownKey("it", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", "key_id = \"it\"\ncomment = \""+comment+"\""))
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

// A permission that is missing is an error that names it, for reads and for writes.
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

// One key that cannot be added does not take the others with it.
func TestOneRefusedAttestorKey(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	twin := ownKey("one", pkixKey(t, "p384.pem", "ECDSA_P384_SHA384", `key_id = "twin"`)) + ownKey("two", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", `key_id = "twin"`))
	cli := w.CLI(t, inDemo+w.config("")+crowd(t, 3)+twin)
	w.refused(cli, "the attestor has a key with this id already", "apply", "-auto-approve")
	w.hasCrowd(3, "twin")
}

// An attestor has 1,000 keys at most: the plan warns, the apply has the service's words and what to do, and what fits is written.
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
