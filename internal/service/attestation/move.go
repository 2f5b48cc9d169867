package attestation

import (
	"context"
	"encoding/base64"

	"github.com/hashicorp/terraform-plugin-framework/types"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var moves = []lifecycle.Move[model]{{From: "google_container_analysis_occurrence", Carry: carry}}

// carry takes the attestation as the state of hashicorp/google has it. Whose it is, and that its key is one of Cloud KMS, the read that
// follows finds out, as after an import.
func carry(_ context.Context, c *change, from *lifecycle.Source) {
	name, err := resname.ParseOccurrence(from.Text("id"), from.Text("project"))
	from.Refuse("id", err)
	block := from.Block("attestation")
	attestation := &grafeas.AttestationOccurrence{SerializedPayload: decode(block, "serialized_payload")}
	signatures := block.Blocks("signatures")
	if len(signatures) == 0 {
		block.Need("signatures")
	}
	for _, s := range signatures {
		attestation.Signatures = append(attestation.Signatures, &grafeas.Signature{PublicKeyId: s.Need("public_key_id"), Signature: decode(s, "signature")})
	}
	o := &gcp.Occurrence{
		Name: name.String(), NoteName: from.Need("note_name"), ResourceUri: from.Need("resource_uri"),
		CreateTime: from.Time("create_time"), UpdateTime: from.Time("update_time"),
		Details: &grafeas.Occurrence_Attestation{Attestation: attestation},
	}
	if err == nil {
		from.Refuse("id", c.Model.fromAPI(o))
	}
	if len(signatures) > 1 { // their order is not the service's, of which an import shows the first
		c.Model.PublicKeyID, c.Model.Signature = types.StringNull(), types.StringNull()
	}
}

// decode is an attribute that has to be there, which hashicorp/google keeps in base64.
func decode(from *lifecycle.Source, name string) []byte {
	raw, err := base64.StdEncoding.DecodeString(from.Need(name))
	from.Refuse(name, err)
	return raw
}
