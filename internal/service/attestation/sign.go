package attestation

import (
	"context"
	"errors"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// outcome is the attestation after attestImage.
type outcome struct {
	occurrence *gcp.Occurrence
	keyID      string
	// adopted means that the attestation existed before.
	adopted bool
	// unseen is the error of the search for an existing attestation, nil if it succeeded.
	unseen error
	// unvalidated is the error of the request to validate it, nil if the service answered.
	unvalidated error
}

// signing contains the preconditions and callbacks of attestImage. All may be nil.
type signing struct {
	// demand contains the checks for the image.
	demand *demand
	// progress receives a sentence for each step.
	progress func(line string)
	// took receives the name of the attestation while no other resource can delete it.
	took func(name string)
}

// attestImage ensures that the requested attestation exists. It finds the attestor's key and waits
// for the checks of demand and for other operations on the image. It adopts a valid attestation of
// the project; otherwise it signs, verifies with the attestor's keys, and writes one. Then the
// service validates it. If the service does not verify it, attestImage returns an error, and deletes
// the attestation if it was written here. If the service does not answer, the attestation exists,
// and the outcome has the error. The same request again is harmless. Errors about an attribute are
// lifecycle.AttributeErrors for "attestor", "kms_key_version", "public_key_id" or "signature".
func attestImage(ctx context.Context, clients *gcp.Clients, r request, how signing) (*outcome, error) {
	progress := how.progress
	if progress == nil {
		progress = func(string) {}
	}
	key, note, err := resolve(ctx, clients, r)
	if err != nil {
		return nil, err
	}
	unlock, err := how.demand.lockMet(ctx, clients, r, progress)
	if err != nil {
		return nil, err
	}
	defer unlock()
	made, err := adoptOrMake(ctx, clients, r, note, key, progress)
	if err != nil {
		return nil, err
	}
	if how.took != nil {
		how.took(made.occurrence.GetName()) // within the lock: a waiting destroy must see the new owner
	}
	progress("Asking Binary Authorization to validate it.")
	return made, made.validate(ctx, clients, r)
}

func adoptOrMake(
	ctx context.Context, clients *gcp.Clients, r request, note string, key attest.Key, progress func(string),
) (*outcome, error) {
	progress(fmt.Sprintf("Looking for an attestation of %s by %s.", r.image, r.attestor))
	there, err := adoptable(ctx, clients, r, note, key)
	unseen := deniedOnly(err)
	if err != nil && unseen == nil {
		return nil, err
	}
	if there != nil {
		progress(there.GetName() + " already exists and verifies.")
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

// sign returns the ready signature, or a verified one by Cloud KMS.
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

// validate asks the service. Without an answer, the attestation stays: after an error, Terraform
// would have no state of it.
func (o *outcome) validate(ctx context.Context, clients *gcp.Clients, r request) error {
	verified, reason, err := clients.AwaitValidation(ctx, r.attestor, o.occurrence)
	o.unvalidated = err
	if err == nil && !verified {
		return fmt.Errorf("Binary Authorization does not verify the attestation: %s\n%s", reason, o.takeBack(ctx, clients))
	}
	return nil
}

// takeBack deletes an attestation written here, because it proves nothing, and describes the
// result.
func (o *outcome) takeBack(ctx context.Context, clients *gcp.Clients) string {
	name := o.occurrence.GetName()
	if o.adopted {
		return name + " existed before, and stays."
	}
	if err := clients.DeleteAttestation(ctx, name); err != nil && !gcp.IsKind(err, gcp.KindNotFound) {
		return name + " was written, and could not be deleted: " + err.Error()
	}
	return "It was deleted again. If the attestor's key is new, the service can need some minutes to use it everywhere. " +
		"Run again later."
}

// notImportable changes the error for a duplicate attestation. Its name is not known, so the error
// cannot advise an import.
func notImportable(err error) error {
	if e, ok := errors.AsType[*gcp.Error](err); ok && e.Kind == gcp.KindExists {
		e.Kind = gcp.KindFailed
		e.Remedy = "Another occurrence conflicts with this one. Find it with: gcloud container binauthz attestations list"
	}
	return err
}
