package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/container/apiv1/containerpb"
	"cloud.google.com/go/kms/apiv1/kmspb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// ownThings creates objects of somebody else in the project, with names similar to those of probes,
// and lists all objects.
func (l *lab) ownThings(t *testing.T) []string {
	t.Helper()
	l.ownPolicy(t)
	own := l.foreign()
	if len(own.note(t.Context(), "n")) == 0 || own.attestor(t.Context()) == nil {
		t.Fatal("nothing was made")
	}
	_, err := own.createOccurrence(t.Context(), own.attestation(own.noteName("n"), own.image(), signature("own")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := own.createPlatform(t.Context(), "p", deny); err != nil {
		t.Fatal(err)
	}
	if err := l.server.GKE().SetBinaryAuthorization(l.Target.Cluster, bindings, own.platformName("p")); err != nil {
		t.Fatal(err)
	}
	if len(own.answers) > 0 || len(own.problems) > 0 {
		t.Fatal(own.answers, own.problems)
	}
	return l.things(t)
}

// foreign is a trial of another run, without a cleanup.
func (l *lab) foreign() *Trial {
	const prefix = "probe-otherrun-1-"
	return &Trial{clients: l.clients, Target: l.Target, prefix: prefix, ledger: &ledger{prefix: prefix}}
}

// things are the names and contents of all objects of the kinds used by probes. Keys cannot be
// deleted: those of probes count only if they can still sign.
func (l *lab) things(t *testing.T) []string {
	t.Helper()
	ctx, parent := t.Context(), "projects/"+l.Target.Project
	var found []string
	collect(t, &found, l.clients.Attestors.ListAttestors(ctx, &binaryauthorizationpb.ListAttestorsRequest{Parent: parent}).Next)
	collect(t, &found, l.clients.Notes.ListNotes(ctx, &grafeaspb.ListNotesRequest{Parent: parent}).Next)
	collect(t, &found, l.clients.Notes.ListOccurrences(ctx, &grafeaspb.ListOccurrencesRequest{Parent: parent}).Next)
	var keys []string
	collect(t, &keys, l.clients.KMS.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: l.Target.KeyRing}).Next)
	for _, k := range keys {
		name := strings.TrimSuffix(strings.Split(k, `"`)[1], `"`)
		enabled := &kmspb.ListCryptoKeyVersionsRequest{Parent: name, Filter: "state=ENABLED"}
		collect(t, &found, l.clients.KMS.ListCryptoKeyVersions(ctx, enabled).Next)
	}
	platforms, err := l.foreign().REST(ctx, "binaryauthorization", "GET", "v1/"+parent+"/platforms/gke/policies", "")
	if err != nil {
		t.Fatal(err)
	}
	clusters, err := l.clients.Beta.List(parent + "/locations/-").Do()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clusters.Clusters {
		found = append(found, c.Name, stateOf(c).evaluates(), fmt.Sprint(c.ResourceLabels))
	}
	return append(found, fmt.Sprint(platforms.Body), l.policy(t).String())
}

// collect appends the elements of an iterator.
func collect[T fmt.Stringer](t *testing.T, into *[]string, next func() (T, error)) {
	t.Helper()
	for {
		v, err := next()
		if err != nil {
			if atEnd(err) != nil {
				t.Fatal(err)
			}
			return
		}
		*into = append(*into, v.String())
	}
}

// sameThings reports missing and new objects.
func (l *lab) sameThings(t *testing.T, before []string) {
	t.Helper()
	now := l.things(t)
	for _, thing := range before {
		if !slices.Contains(now, thing) {
			t.Errorf("gone or changed: %s", thing)
		}
	}
	for _, thing := range now {
		if !slices.Contains(before, thing) {
			t.Errorf("left behind: %s", thing)
		}
	}
}

func TestNothingForeignIsRemembered(t *testing.T) {
	t.Parallel()
	never := func(context.Context) error {
		t.Error("something foreign was deleted")
		return nil
	}
	l := &ledger{prefix: "probe-aaaaaaaa-1-"}
	for _, owner := range []string{
		"projects/p/attestors/own", "projects/p/attestors/probe-bbbbbbbb-1-a", "projects/p/attestors/own-probe-aaaaaaaa-1-a", "",
	} {
		if err := l.add("projects/p/occurrences/1", owner, never); err == nil ||
			!strings.Contains(err.Error(), "not an object of this run") {
			t.Errorf("%q: %v", owner, err)
		}
	}
	if err := l.clear(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestForeignOccurrence runs a probe with a false claim about its objects. The foreign object
// stays, and the run reports it.
func TestForeignOccurrence(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownThings(t)
	_, err := l.Run(t.Context(), []Probe{{ID: "TEST-FOREIGN", Unknown: "Nothing.", Want: "x: OK", Run: func(_ context.Context, t *Trial) {
		name := t.Parent() + "/attestors/probe-otherrun-1-a"
		t.Made(name, name, nil, func(ctx context.Context) error {
			return t.Attestors.DeleteAttestor(ctx, &binaryauthorizationpb.DeleteAttestorRequest{Name: name})
		})
	}}})
	if err == nil || !strings.Contains(err.Error(), "is not an object of this run and will not be deleted") {
		t.Error(err)
	}
	l.sameThings(t, before)
}

func TestWhatMayExistIsDeleted(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.things(t)
	// The reply to the create is lost after the attestor was made.
	inject(t, l, "CreateAttestor=after:internal")
	r := l.one(t, only(t, "ATTESTOR-NOTE-MISSING")[0])
	if r.Outcome != Differs || r.Got[0] != "create: INTERNAL" {
		t.Errorf("%+v", r)
	}
	l.sameThings(t, before)
}

func TestWhatCannotBeDeletedIsTold(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	inject(t, l, "DeleteAttestor=permission_denied")
	_, err := l.Run(t.Context(), only(t, "ATTESTOR-NOTE-MISSING"))
	if err == nil || !strings.Contains(err.Error(), "is left behind") {
		t.Error(err)
	}
}

// TestClusters: a cluster created by a probe is gone at the end, and the existing one is unchanged.
func TestClusters(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownThings(t)
	early := Probe{ID: "TEST-GONE", Want: "clusters: 1", Run: func(ctx context.Context, t *Trial) {
		all, err := t.Beta.List(t.Parent() + "/locations/-").Context(ctx).Do()
		t.Setup("list", err)
		t.Note("clusters", "%d", len(all.Clusters))
	}}
	report, err := l.Run(t.Context(), append(only(t, "GKE-NEW-NODES", "GKE-ENABLED-READ"), early))
	if err != nil || report.Count(AsEmulated) != 3 {
		t.Errorf("%+v %v", report, err)
	}
	l.sameThings(t, before)
	everywhere := "projects/" + l.Target.Project + "/locations/-"
	all, err := l.clients.Clusters.ListClusters(t.Context(), &containerpb.ListClustersRequest{Parent: everywhere})
	if err != nil || len(all.GetClusters()) != 1 {
		t.Errorf("%v %v", all, err)
	}
}
