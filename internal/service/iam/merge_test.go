package iam_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// crowd is n members of one role.
func crowd(n int) string {
	return fmt.Sprintf(`resource "binauthz_attestor_iam_member" "it" {
  count    = %d
  attestor = binauthz_attestor.it.id
  role     = %q
  member   = "user:u${count.index}@example.com"
}
`, n, verifier)
}

func crowdHas(n int) string {
	p := new(gcp.AllowPolicy)
	for i := range n {
		allowpolicy.Add(p, grant(verifier, fmt.Sprintf("user:u%d@example.com", i)))
	}
	return allowpolicy.Summary(p)
}

func (w *world) holds(want string) {
	w.t.Helper()
	if err := w.has(w.attestor.String(), want)(&terraform.State{}); err != nil {
		w.t.Error(err)
	}
}

// TestMembersAreWrittenTogether: an apply of many members of one object needs few writes, and a
// plan one read.
func TestMembersAreWrittenTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(""))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, w.config(crowd(20)))
	w.Emulator.ResetCalls()
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	if writes := w.Calls("SetIamPolicy"); writes > 3 {
		t.Errorf("%d writes of 20 members", writes)
	}
	w.holds(crowdHas(20))
	w.Emulator.ResetCalls()
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	if reads := w.Calls("GetIamPolicy"); reads != 1 {
		t.Errorf("%d reads in a plan of 20 members", reads)
	}
	w.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve", "-target=binauthz_attestor_iam_member.it")
	w.holds("")
}

// TestMembersThroughFaults: faults of IAM neither lose nor repeat a grant.
func TestMembersThroughFaults(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault.Fault{
		"lost replies":       {Method: "SetIamPolicy", Kind: "after:unavailable", Count: 3},
		"dropped replies":    {Method: "SetIamPolicy", Kind: "after:reset", Count: 3},
		"outages":            {Method: "SetIamPolicy", Kind: "unavailable", Count: 3},
		"a quota of writes":  {Method: "SetIamPolicy", Kind: "resource_exhausted", Count: 3},
		"a quota of reads":   {Method: "GetIamPolicy", Kind: "resource_exhausted", Count: 12},
		"a storm of changes": {Method: "SetIamPolicy", Kind: "aborted", Count: 8},
		"failing reads":      {Method: "GetIamPolicy", Kind: "internal", Count: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(""))
			cli.Succeeds(t, "apply", "-auto-approve")
			w.change(w.attestor.String(), func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) })()
			cli.Write(t, w.config(crowd(5)))
			w.Emulator.ResetCalls()
			if err := w.Emulator.Inject(f); err != nil {
				t.Fatal(err)
			}
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			if struck := w.Emulator.Struck(); len(struck) == 0 {
				t.Error("nothing was struck")
			}
			w.holds(crowdHas(5) + "; " + viewer + ": " + stranger)
			w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
		})
	}
}

// TestDenied: for reads and for writes, the error names the missing permission.
func TestDenied(t *testing.T) {
	t.Parallel()
	for method, permission := range map[string]string{"GetIamPolicy": "getIamPolicy", "SetIamPolicy": "setIamPolicy"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(""))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, w.config(member("it", verifier, jane, "")))
			if err := w.Emulator.Inject(fault.Fault{Method: method, Kind: "permission_denied", Count: fault.Forever}); err != nil {
				t.Fatal(err)
			}
			w.Fresh(t, cli).Fails(t, "binaryauthorization.attestors."+permission, "apply", "-auto-approve")
		})
	}
}

// TestOneRefusedMember: if the service refuses one member, the others are still written.
func TestOneRefusedMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(""))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, w.config(crowd(3)+member("gone", verifier, "deleted:user:x@example.com?uid=1", "")))
	w.Fresh(t, cli).Fails(t, "deleted:user:x@example.com?uid=1 is deleted", "apply", "-auto-approve")
	w.holds(crowdHas(3))
}

// TestNewServiceAccount: a new service account is not known everywhere at once, so the write is
// retried. If it stays unknown, the error quotes the service.
func TestNewServiceAccount(t *testing.T) {
	t.Parallel()
	const account = "serviceAccount:new@demo.iam.gserviceaccount.com"
	for name, c := range map[string]struct {
		writes int
		says   string
	}{"known soon": {3, ""}, "not known": {1000, "Service account new@demo.iam.gserviceaccount.com does not exist"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			w.Emulator.IAM().ForgetAccount(account, c.writes)
			cli := w.CLI(t, w.config(member("it", verifier, account, "")))
			if c.says != "" {
				cli.Fails(t, c.says, "apply", "-auto-approve")
				return
			}
			cli.Succeeds(t, "apply", "-auto-approve")
			w.holds(verifier + ": " + account)
		})
	}
}

// TestReadsLagBehind: a read older than the provider's write is repeated and never mistaken for a
// removed grant: not in the same process, not in the next one, and not if reads stay old.
func TestReadsLagBehind(t *testing.T) {
	t.Parallel()
	for name, reads := range map[string]int{"for a while": 4, "for long": 1000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(""))
			cli.Succeeds(t, "apply", "-auto-approve")
			w.Emulator.IAM().ShowOld(reads)
			cli.Write(t, w.config(member("it", verifier, jane, "")))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			out := w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
			if reads > 100 {
				acctest.Says(t, out, "IAM is not up to date yet")
			}
		})
	}
}

// TestManyReadsThatLagBehind: a plan of many members waits for an outdated read once, not once per
// member.
func TestManyReadsThatLagBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(""))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.Emulator.IAM().ShowOld(1000)
	cli.Write(t, w.config(crowd(3)))
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve", "-parallelism=3")
	w.Emulator.ResetCalls()
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode"), "IAM is not up to date yet")
	if n := w.Calls("GetIamPolicy"); n > 2*7 { // two if the members came in two writes
		t.Errorf("%d reads of one policy", n)
	}
}

// TestObjectIsMadeAgain: a recreated attestor has the same etag as every new allow policy. The
// provider does not mistake it for an etag older than its write.
func TestObjectIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(member("it", verifier, jane, "")))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve", "-replace=binauthz_attestor.it", "-replace=binauthz_attestor_iam_member.it")
	w.holds(verifier + ": " + jane)
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}

// TestForeignGrantsSurvive: the provider's writes keep grants made elsewhere, even those it would
// refuse to write.
func TestForeignGrantsSurvive(t *testing.T) {
	t.Parallel()
	const deleted = "deleted:serviceAccount:old@demo.iam.gserviceaccount.com?uid=123456789012345678901"
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	w.Emulator.IAM().KeepCase()
	cli := w.CLI(t, w.config(""))
	cli.Succeeds(t, "apply", "-auto-approve")
	conditional := allowpolicy.Grant{
		Binding: allowpolicy.Binding{Role: verifier, Condition: allowpolicy.Condition{Title: "t", Expression: "true"}},
		Member:  joe,
	}
	w.change(w.attestor.String(), func(p *gcp.AllowPolicy) {
		allowpolicy.Add(p, conditional)
		allowpolicy.Add(p, grant(viewer, "user:Mixed.Case@Example.com"))
	})()
	w.Emulator.IAM().HadMember(w.attestor.String(), viewer, deleted)
	cli.Write(t, w.config(member("it", verifier, jane, "")+member("same", viewer, "user:mixed.case@example.com", "")))
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	w.holds(verifier + ": " + jane + "; " + verifier + " if t: " + joe + "; " + viewer + ": " + deleted + ", user:mixed.case@example.com")
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}

// TestObjectIsGone: the grants of a deleted object are planned again together with the object.
func TestObjectIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(member("it", verifier, jane, "")))
	cli.Succeeds(t, "apply", "-auto-approve")
	if err := w.Clients.DeleteAttestor(t.Context(), w.attestor); err != nil {
		t.Fatal(err)
	}
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "plan"), "2 to add, 0 to change, 0 to destroy")
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	w.holds(verifier + ": " + jane)
}
