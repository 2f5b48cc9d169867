package walk

import (
	"maps"
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// Attestor is what a plan does to an attestor.
type Attestor struct {
	// Leaves says that it is destroyed, or replaced by one of another name or note.
	Leaves bool
	// Note is the full name of the note that it reads, "" while that is not known.
	Note string
	// Listed says that the list of its keys is known.
	Listed bool
	// Keys are the keys whose text is known.
	Keys attest.Keyring
	// Unknown are the ids of the other keys; "" where the id is not known either.
	Unknown []string
}

// Attestation is an attestation by what it is about: the full name of an attestor and the digest of an image, "sha256:…".
type Attestation struct{ Attestor, Digest string }

type attestations struct {
	coming  map[Attestation]bool
	leaving map[string]bool // by the full name of the occurrence
}

// PlanAttestor notes what is planned for an attestor, by its full name.
func (w *Walk) PlanAttestor(name string, a Attestor) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestors[name] = a
}

// Attestor is what is planned for an attestor; planned is false for one that stays as it is, or was not planned yet.
func (w *Walk) Attestor(name string) (a Attestor, planned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, planned = w.attestors[name]
	return a, planned
}

// AttestationComes notes that an attestation is planned to be made.
func (w *Walk) AttestationComes(a Attestation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestations.coming[a] = true
}

// AttestationMade notes that a planned attestation was made.
func (w *Walk) AttestationMade(a Attestation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.attestations.coming, a)
}

// WillBeAttested reports whether an attestation is planned to be made.
func (w *Walk) WillBeAttested(a Attestation) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.attestations.coming[a]
}

// AttestationLeaves notes that an attestation is planned to be destroyed, by the full name of its occurrence.
func (w *Walk) AttestationLeaves(occurrence string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attestations.leaving[occurrence] = true
}

// LeavingAttestations are the full names of the occurrences that are planned to be destroyed.
func (w *Walk) LeavingAttestations() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Keys(w.attestations.leaving))
}
