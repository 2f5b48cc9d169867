package attestor

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var moves = []lifecycle.Move[model]{{From: "google_binary_authorization_attestor", Carry: carry}}

// carry copies the attestor from a state of hashicorp/google. As after an import, a key with the id
// of a Cloud KMS key version becomes a Cloud KMS key.
func carry(ctx context.Context, c *change, from *lifecycle.Source) {
	name, err := resname.ParseAttestor(from.Text("id"), from.Text("project"))
	from.Refuse("id", err)
	block := from.Block("attestation_authority_note")
	note := &binaryauthorizationpb.UserOwnedGrafeasNote{
		NoteReference: block.Need("note_reference"), DelegationServiceAccountEmail: block.Text("delegation_service_account_email"),
	}
	for _, key := range block.Blocks("public_keys") {
		note.PublicKeys = append(note.PublicKeys, carriedKey(key))
	}
	if err == nil {
		from.Refuse("id", c.Model.fromAPI(ctx, &gcp.Attestor{
			Name: name.String(), Description: from.Text("description"),
			AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: note},
		}, c.Diags))
	}
}

func carriedKey(from *lifecycle.Source) *binaryauthorizationpb.AttestorPublicKey {
	key := &binaryauthorizationpb.AttestorPublicKey{Id: from.Need("id"), Comment: from.Text("comment")}
	if armored := from.Text("ascii_armored_pgp_public_key"); armored != "" {
		key.PublicKey = &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{AsciiArmoredPgpPublicKey: armored}
		return key
	}
	pkix := from.Block("pkix_public_key")
	algorithm := binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm_value[pkix.Text("signature_algorithm")]
	key.PublicKey = &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
		PublicKeyPem: pkix.Need("public_key_pem"), SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm(algorithm),
	}}
	return key
}
