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

// carry copies the attestation from a state of hashicorp/google. The following read finds the
// attestor and the Cloud KMS name of the key, as after an import.
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
		attestation.Signatures = append(attestation.Signatures, &grafeas.Signature{
			PublicKeyId: s.Need("public_key_id"),
			Signature:   decode(s, "signature"),
		})
	}
	o := &gcp.Occurrence{
		Name: name.String(), NoteName: from.Need("note_name"), ResourceUri: from.Need("resource_uri"),
		CreateTime: from.Time("create_time"), UpdateTime: from.Time("update_time"),
		Details: &grafeas.Occurrence_Attestation{Attestation: attestation},
	}
	if err == nil {
		from.Refuse("id", c.Model.fromAPI(o))
	}
	if len(signatures) > 1 { // the state has no order, while an import shows the service's first signature
		c.Model.PublicKeyID, c.Model.Signature = types.StringNull(), types.StringNull()
	}
}

// decode returns a required attribute in base64 from a state of hashicorp/google.
func decode(from *lifecycle.Source, name string) []byte {
	raw, err := base64.StdEncoding.DecodeString(from.Need(name))
	from.Refuse(name, err)
	return raw
}
