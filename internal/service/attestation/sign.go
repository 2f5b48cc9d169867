package attestation

import (
	"context"
	"errors"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// outcome is the attestation that is there afterwards.
type outcome struct {
	occurrence *gcp.Occurrence
	keyID      string
	// adopted says that it was there before.
	adopted bool
	// unseen is why it could not be seen whether there is one already; nil if it could.
	unseen error
	// unvalidated is why the service could not be asked to validate it; nil if it did.
	unvalidated error
}

// signing is who is told what attestImage does. Both may be nil.
type signing struct {
	// progress is told each step in a sentence.
	progress func(line string)
	// took is told the name of the attestation, as long as nobody else can delete it.
	took func(name string)
}

// attestImage makes sure that the attestation a request asks for is there: it finds the attestor's key, takes a valid
// attestation that the project has already, or else signs, verifies with the attestor's keys and writes one, and has the service
// validate it. What the service does not verify is an error, and is deleted again if it was written here. To ask for the same
// again does no harm. Errors that belong to an attribute are
// lifecycle.AttributeErrors for "attestor", "kms_key_version", "public_key_id" or "signature".
func attestImage(ctx context.Context, clients *gcp.Clients, r request, how signing) (*outcome, error) {
	progress := how.progress
	if progress == nil {
		progress = func(string) {}
	}
	unlock, err := clients.LockAttestations(ctx, r.project, r.image)
	if err != nil {
		return nil, err
	}
	defer unlock()
	key, note, err := resolve(ctx, clients, r)
	if err != nil {
		return nil, err
	}
	made, err := adoptOrMake(ctx, clients, r, note, key, progress)
	if err != nil {
		return nil, err
	}
	if how.took != nil {
		how.took(made.occurrence.GetName()) // within the lock: a destroy that waits for it has to see whose the attestation is now
	}
	progress("Asking Binary Authorization to validate it.")
	return made, made.validate(ctx, clients, r)
}

func adoptOrMake(ctx context.Context, clients *gcp.Clients, r request, note string, key attest.Key, progress func(string)) (*outcome, error) {
	progress(fmt.Sprintf("Looking for an attestation of %s by %s.", r.image, r.attestor))
	there, err := adoptable(ctx, clients, r, note, key)
	unseen := deniedOnly(err)
	if err != nil && unseen == nil {
		return nil, err
	}
	if there != nil {
		progress(there.GetName() + " is there already and verifies.")
		return &outcome{occurrence: there, keyID: key.ID, adopted: true}, nil
	}
	signature, err := r.sign(ctx, clients, key, progress)
	if err != nil {
		return nil, err
	}
	occurrence, err := clients.CreateAttestation(ctx, r.project, r.occurrence(note, key.ID, signature))
	if err != nil {
		return nil, notImportable(err)
	}
	progress("Wrote " + occurrence.GetName() + ".")
	return &outcome{occurrence: occurrence, keyID: key.ID, unseen: unseen}, nil
}

func deniedOnly(err error) error {
	if gcp.IsKind(err, gcp.KindDenied) {
		return err
	}
	return nil
}

// sign is the ready signature, or one by Cloud KMS that verifies.
func (r request) sign(ctx context.Context, clients *gcp.Clients, key attest.Key, progress func(string)) ([]byte, error) {
	if r.kms == nil {
		return r.signature, nil
	}
	progress(fmt.Sprintf("Signing with %s.", r.kms))
	algorithm, _ := key.Algorithm.KMS()
	signature, err := clients.Sign(ctx, *r.kms, algorithm, r.payload)
	if err == nil {
		err = attest.Keyring{key}.Verify(r.payload, key.ID, signature, r.digest())
	}
	return signature, at("kms_key_version", err)
}

// validate asks the service. Who may not ask it has an attestation all the same.
func (o *outcome) validate(ctx context.Context, clients *gcp.Clients, r request) error {
	verified, reason, err := clients.AwaitValidation(ctx, r.attestor, o.occurrence)
	switch {
	case gcp.IsKind(err, gcp.KindDenied):
		o.unvalidated = err
		return nil
	case err != nil:
		return err
	case verified:
		return nil
	}
	return fmt.Errorf("Binary Authorization does not verify the attestation: %s\n%s", reason, o.takeBack(ctx, clients))
}

// takeBack removes what was written here, as an attestation that proves nothing is of no use, and says what became of it.
func (o *outcome) takeBack(ctx context.Context, clients *gcp.Clients) string {
	name := o.occurrence.GetName()
	if o.adopted {
		return name + " was there before, and stays."
	}
	if err := clients.DeleteAttestation(ctx, name); err != nil && !gcp.IsKind(err, gcp.KindNotFound) {
		return name + " was written and could not be deleted again: " + err.Error()
	}
	return "It was deleted again. If the attestor's key is new, it takes some minutes until the service knows it everywhere: run again."
}

// notImportable keeps an attestation that the service refuses as a double from being taken for one to import: it has no name
// that is known before.
func notImportable(err error) error {
	if e, ok := errors.AsType[*gcp.Error](err); ok && e.Kind == gcp.KindExists {
		e.Kind = gcp.KindFailed
		e.Remedy = "Another occurrence keeps this one out. Look at it with: gcloud container binauthz attestations list"
	}
	return err
}
