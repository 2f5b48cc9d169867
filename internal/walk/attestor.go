package walk

import (
	"maps"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// Attestor is the plan for an attestor.
type Attestor struct {
	// Leaves means that it is destroyed, or replaced with another name or note.
	Leaves bool
	// Note is the full name of its note, "" if unknown.
	Note string
	// Listed means that the list of its keys is known.
	Listed bool
	// Keys are the keys with a known text.
	Keys attest.Keyring
	// Unknown are the ids of the other keys, "" for an unknown id.
	Unknown []string
}

// Attestation identifies an attestation by the full name of the attestor and the digest of the
// image, "sha256:…".
type Attestation struct{ Attestor, Digest string }

type attestations struct {
	coming  map[Attestation]bool
	leaving map[string]bool // by the full name of the occurrence
}

// PlanAttestor records the plan for an attestor, by its full name.
func (w *Walk) PlanAttestor(name string, a Attestor) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestors[name] = a
}

// Attestor is the plan for an attestor. planned is false without a planned change so far.
func (w *Walk) Attestor(name string) (a Attestor, planned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, planned = w.attestors[name]
	return a, planned
}

// AttestationComes records the planned create of an attestation.
func (w *Walk) AttestationComes(a Attestation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestations.coming[a] = true
}

// AttestationMade records the create of a planned attestation.
func (w *Walk) AttestationMade(a Attestation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.attestations.coming, a)
}

// WillBeAttested reports whether the create of an attestation is planned.
func (w *Walk) WillBeAttested(a Attestation) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.attestations.coming[a]
}

// AttestationLeaves records the planned destroy of an attestation, by the full name of its
// occurrence.
func (w *Walk) AttestationLeaves(occurrence string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestations.leaving[occurrence] = true
}

// LeavingAttestations are the full names of the occurrences to be destroyed.
func (w *Walk) LeavingAttestations() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Keys(w.attestations.leaving))
}
