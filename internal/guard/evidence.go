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

// evidence implements judge.Evidence with what Google says, and in a plan with what the same plan does to attestors and attestations.
type evidence struct {
	ctx     context.Context //nolint:containedctx // the judge is pure and asks without one
	clients *gcp.Clients
	// walk is nil where only what Google says counts.
	walk *walk.Walk
	// except is an attestor or an attestation that is taken for one that the plan leaves as it is: a full name.
	except string
	// seen are the attestations by note and digest that this look has read: many workloads run one image.
	seen map[string][]*gcp.Occurrence
}

// Now is the evidence that Google gives at this moment.
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

// withSingle are the keys of an attestor after what is planned for single ones; unknown are the ids of those whose text is not known.
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

// usable is the number of keys that can verify something: not those that have expired, were revoked or do not fit their algorithm.
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
		return judge.Answer{Why: "the image has no digest, and attestations are about digests"}
	}
	note := a.GetUserOwnedGrafeasNote().GetNoteReference()
	if changes {
		note = plan.Note
	}
	if note == "" {
		return judge.Answer{Outcome: judge.Open, Why: "the note that " + attestor + " will read is not known yet"}
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

// attestations are those of a note for a digest. A note that the plan may make has none.
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

// proof is what there is for an image: the attestations of an attestor, its keys now, and its keys after the plan.
type proof struct {
	digest      string
	occurrences []*gcp.Occurrence
	now, keys   attest.Keyring
	known       bool
	moved       bool     // the attestor will read another note
	unknown     []string // ids of keys whose text is not known; "" stands for any
}

func (e *evidence) weigh(attestor string, p proof) judge.Answer {
	staying, leaving := e.split(p.occurrences)
	switch {
	case verified(staying, p.keys, p.digest):
		return judge.Answer{Outcome: judge.Proven, Why: "attested by " + attestor}
	case !p.known || named(staying, p.unknown): // before what comes: for an image that runs, that does not count
		return judge.Answer{Outcome: judge.Open, Why: "the keys of " + attestor + " are not known yet"}
	case e.walk != nil && e.walk.WillBeAttested(walk.Attestation{Attestor: attestor, Digest: p.digest}):
		return judge.Answer{Outcome: judge.Open, Reason: judge.AttestationComes, Why: "the attestation that this plan makes is not there yet"}
	case verified(leaving, p.keys, p.digest):
		return judge.Answer{Reason: judge.AttestationLeaves, Why: "this plan destroys its attestation"}
	case verified(staying, p.now, p.digest):
		return judge.Answer{Reason: judge.KeyLeaves, Why: fmt.Sprintf("of %d attestations none verifies with a key that this plan leaves the attestor", len(staying))}
	case p.moved:
		return judge.Answer{Reason: judge.AttestorLeaves, Why: "this plan has " + attestor + " read another note, on which there is no attestation of it"}
	case len(staying) == 0:
		return e.absent(judge.AttestationMissing, NoAttestation)
	}
	return e.absent(judge.AttestationMissing, gcp.Unproven(p.keys, staying, p.digest).Error())
}

// NoAttestation is why an image is refused that nobody has attested.
const NoAttestation = "there is no attestation of it"

// absent is the answer for what does not exist. In a plan it may come from another provider process, before the policy is written.
func (e *evidence) absent(reason judge.Reason, why string) judge.Answer {
	outcome := judge.Refuted
	if e.walk != nil {
		outcome = judge.Open
	}
	return judge.Answer{Outcome: outcome, Reason: reason, Why: why}
}

// split tells the attestations that stay from those that the plan destroys.
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

// named says whether an attestation is signed with a key of one of the ids; "" stands for any.
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

// missing says whether an attestor is not found and no plan of this process makes it.
func (e *evidence) missing(attestor string) bool {
	if _, planned := e.plan(attestor); planned || attestor == judge.UnknownAttestor {
		return false
	}
	_, err := e.attestor(attestor)
	return gcp.IsKind(err, gcp.KindNotFound)
}
