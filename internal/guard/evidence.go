package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// evidence implements judge.Evidence with Google's answers, and in a plan also with the planned
// changes of attestors, keys and attestations.
type evidence struct {
	ctx     context.Context //nolint:containedctx // the judge is pure and asks without one
	clients *gcp.Clients
	// walk is nil if only Google's answers count.
	walk *walk.Walk
	// except is the full name of an attestor, key or attestation whose plan is ignored.
	except string
	// seen caches attestations by note and digest: many workloads run the same image.
	seen map[string][]*gcp.Occurrence
}

// Now is the current evidence, without plans.
func Now(ctx context.Context, clients *gcp.Clients) judge.Evidence {
	return &evidence{ctx: ctx, clients: clients}
}

// planned is the evidence for a plan.
func planned(ctx context.Context, clients *gcp.Clients, w *walk.Walk) judge.Evidence {
	return &evidence{ctx: ctx, clients: clients, walk: w}
}

// Keys implements judge.Evidence.
func (e *evidence) Keys(attestor string) (n int, known bool) {
	plan, changes := e.plan(attestor)
	switch {
	case plan.Leaves:
		return 0, true
	case changes && !plan.Listed:
		return 0, false
	case !changes:
		a, err := e.attestor(attestor)
		if err != nil {
			return 0, false
		}
		plan.Keys = gcp.Keyring(a)
	}
	keys, unknown := e.withSingle(attestor, plan.Keys, plan.Unknown)
	return usable(keys) + len(unknown), true
}

// withSingle are the keys of an attestor after the planned changes of single keys. unknown are the
// ids of keys with unknown text.
func (e *evidence) withSingle(attestor string, keys attest.Keyring, unknown []string) (attest.Keyring, []string) {
	if e.walk == nil {
		return keys, unknown
	}
	keys, unknown = slices.Clone(keys), slices.Clone(unknown)
	for _, k := range e.walk.Keys(attestor) {
		if k.Resource() == e.except {
			continue
		}
		keys = slices.DeleteFunc(keys, func(other attest.Key) bool { return other.ID == k.ID })
		switch {
		case k.Leaves:
		case k.Key != nil:
			keys = append(keys, *k.Key)
		default:
			unknown = append(unknown, k.ID)
		}
	}
	return keys, unknown
}

// usable is the number of keys that can verify an attestation: not expired, not revoked, and fit
// for their algorithm.
func usable(keys attest.Keyring) int {
	good, _ := keys.Usable(time.Now())
	return len(good)
}

func (e *evidence) plan(attestor string) (walk.Attestor, bool) {
	if e.walk == nil || attestor == e.except {
		return walk.Attestor{}, false
	}
	return e.walk.Attestor(attestor)
}

func (e *evidence) attestor(name string) (*gcp.Attestor, error) {
	parsed, err := resname.ParseAttestor(name, "")
	if err != nil {
		return nil, err
	}
	return e.clients.Attestor(e.ctx, parsed)
}

// System implements judge.Evidence.
func (e *evidence) System(location string) (policy admission.Policy, known bool) {
	message, err := e.clients.SystemPolicy(e.ctx, location)
	if err != nil {
		return policy, false
	}
	return projectpolicy.Rules(message), true
}

// Attested implements judge.Evidence.
func (e *evidence) Attested(attestor, image string) judge.Answer {
	if attestor == judge.UnknownAttestor {
		return judge.Answer{Outcome: judge.Open, Why: "the attestor is not known yet"}
	}
	plan, changes := e.plan(attestor)
	if plan.Leaves {
		return judge.Answer{Reason: judge.AttestorLeaves, Why: "this plan destroys " + attestor}
	}
	a, err := e.attestor(attestor)
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		return e.absent(judge.AttestationMissing, fmt.Sprintf("%s could not be read: %s", attestor, err))
	case gcp.IsKind(err, gcp.KindUnconfigured):
		return judge.Answer{Outcome: judge.Open, Why: "the provider's own configuration is not known yet"}
	case err != nil:
		return judge.Answer{Why: fmt.Sprintf("%s could not be read: %s", attestor, err)}
	}
	_, digest, found := strings.Cut(image, "@")
	if !found {
		return judge.Answer{Why: "the image has no digest, and attestations are for digests"}
	}
	note := a.GetUserOwnedGrafeasNote().GetNoteReference()
	if changes {
		note = plan.Note
	}
	if note == "" {
		return judge.Answer{Outcome: judge.Open, Why: "the planned note of " + attestor + " is not known yet"}
	}
	occurrences, err := e.attestations(note, digest, changes)
	if err != nil {
		return judge.Answer{Why: fmt.Sprintf("attestations of %s could not be read: %s", attestor, err)}
	}
	proof := proof{digest: digest, occurrences: occurrences, now: gcp.Keyring(a)}
	proof.keys, proof.known, proof.moved = proof.now, true, note != a.GetUserOwnedGrafeasNote().GetNoteReference()
	if changes {
		proof.keys, proof.known, proof.unknown = plan.Keys, plan.Listed, plan.Unknown
	}
	proof.keys, proof.unknown = e.withSingle(attestor, proof.keys, proof.unknown)
	return e.weigh(attestor, proof)
}

// attestations are the attestations on a note for a digest. A missing note has none if the plan can
// create it.
func (e *evidence) attestations(note, digest string, planned bool) ([]*gcp.Occurrence, error) {
	key := note + " " + digest
	if all, known := e.seen[key]; known {
		return all, nil
	}
	all, err := e.clients.Attestations(e.ctx, note, digest)
	if err == nil {
		if e.seen == nil {
			e.seen = map[string][]*gcp.Occurrence{}
		}
		e.seen[key] = all
	}
	if planned && gcp.IsKind(err, gcp.KindNotFound) {
		return nil, nil
	}
	return all, err
}

// proof is the evidence for an image: the attestations of an attestor, its current keys, and its
// keys after the plan.
type proof struct {
	digest      string
	occurrences []*gcp.Occurrence
	now, keys   attest.Keyring
	known       bool
	moved       bool     // the plan changes the note of the attestor
	unknown     []string // ids of keys with unknown text; "" stands for any
}

func (e *evidence) weigh(attestor string, p proof) judge.Answer {
	staying, leaving := e.split(p.occurrences)
	switch {
	case verified(staying, p.keys, p.digest):
		return judge.Answer{Outcome: judge.Proven, Why: "attested by " + attestor}
	case !p.known || named(staying, p.unknown): // before planned attestations: a running image ignores them
		return judge.Answer{Outcome: judge.Open, Why: "the keys of " + attestor + " are not known yet"}
	case e.walk != nil && e.walk.WillBeAttested(walk.Attestation{Attestor: attestor, Digest: p.digest}):
		return judge.Answer{Outcome: judge.Open, Reason: judge.AttestationComes, Why: "this plan creates the attestation"}
	case verified(leaving, p.keys, p.digest):
		return judge.Answer{Reason: judge.AttestationLeaves, Why: "this plan destroys its attestation"}
	case verified(staying, p.now, p.digest):
		return judge.Answer{
			Reason: judge.KeyLeaves,
			Why:    fmt.Sprintf("none of %d attestations verifies with the keys left by this plan", len(staying)),
		}
	case p.moved:
		return judge.Answer{
			Reason: judge.AttestorLeaves,
			Why:    "this plan changes the note of " + attestor + ", and the new note has no attestation of the image",
		}
	case len(staying) == 0:
		return e.absent(judge.AttestationMissing, NoAttestation)
	}
	return e.absent(judge.AttestationMissing, gcp.Unproven(p.keys, staying, p.digest).Error())
}

// NoAttestation is the reason for refusing an image without any attestation.
const NoAttestation = "there is no attestation of it"

// absent is the answer for a missing attestor or attestation. In a plan it is open: another
// provider process can create the object before the write.
func (e *evidence) absent(reason judge.Reason, why string) judge.Answer {
	outcome := judge.Refuted
	if e.walk != nil {
		outcome = judge.Open
	}
	return judge.Answer{Outcome: outcome, Reason: reason, Why: why}
}

// split separates the attestations that stay from those to be destroyed.
func (e *evidence) split(all []*gcp.Occurrence) (staying, leaving []*gcp.Occurrence) {
	if e.walk == nil {
		return all, nil
	}
	goes := e.walk.LeavingAttestations()
	for _, o := range all {
		if o.GetName() != e.except && slices.Contains(goes, o.GetName()) {
			leaving = append(leaving, o)
		} else {
			staying = append(staying, o)
		}
	}
	return staying, leaving
}

func verified(occurrences []*gcp.Occurrence, keys attest.Keyring, digest string) bool {
	return slices.ContainsFunc(occurrences, func(o *gcp.Occurrence) bool { return gcp.Proven(keys, o.GetAttestation(), digest) == nil })
}

// named reports whether an attestation has a signature with one of the key ids; "" stands for any.
func named(occurrences []*gcp.Occurrence, ids []string) bool {
	if len(ids) == 0 {
		return false
	}
	return slices.ContainsFunc(occurrences, func(o *gcp.Occurrence) bool {
		for _, s := range o.GetAttestation().GetSignatures() {
			if slices.Contains(ids, "") || slices.Contains(ids, s.GetPublicKeyId()) {
				return true
			}
		}
		return false
	})
}

// missing reports whether an attestor does not exist and no plan of this process creates it.
func (e *evidence) missing(attestor string) bool {
	if _, planned := e.plan(attestor); planned || attestor == judge.UnknownAttestor {
		return false
	}
	_, err := e.attestor(attestor)
	return gcp.IsKind(err, gcp.KindNotFound)
}
