package attestation_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestTheReasonOfAnExpiredKey: the reason names the key's expiry, not a failed verification.
func TestTheReasonOfAnExpiredKey(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "old")
	born := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return born }, KeyLifetimeSecs: 24 * 60 * 60}
	key, err := openpgp.NewEntity("Test", "", "test@example.com", config)
	fine(t, err)
	k.edit(t, "old", func(a *gcp.Attestor) {
		a.GetUserOwnedGrafeasNote().PublicKeys = []*binaryauthorizationpb.AttestorPublicKey{{
			PublicKey: &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{
				AsciiArmoredPgpPublicKey: armored(t, openpgp.PublicKeyType, key.Serialize),
			},
		}}
	})
	attestor, err := k.Clients.FreshAttestor(t.Context(), k.attestor("old"))
	fine(t, err)
	payload, err := attest.Payload(webImage)
	fine(t, err)
	message := []byte(armored(t, "PGP MESSAGE", signs(key, config, payload)))
	_, err = k.Clients.CreateAttestation(t.Context(), k.Project, &gcp.Occurrence{
		NoteName: k.note("old").String(), ResourceUri: "https://" + webImage,
		Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: payload,
			Signatures: []*grafeas.Signature{{
				PublicKeyId: attestor.GetUserOwnedGrafeasNote().GetPublicKeys()[0].GetId(), Signature: message,
			}},
		}},
	})
	fine(t, err)
	reason := knownvalue.StringRegexp(regexp.MustCompile(`the key expired on 2019-01-02\)?$`))
	asks := []string{`attestor = "old"`, `image = "` + webImage + `"`}
	k.Run(t,
		resource.TestStep{Config: data(list, asks...), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data."+list+".it", tfjsonpath.New("attestations").AtSliceIndex(0).AtMapKey("reason"), reason),
		}},
		resource.TestStep{
			Config:            data("binauthz_attestation_validation", asks...),
			ConfigStateChecks: []statecheck.StateCheck{shows("binauthz_attestation_validation", "reason", reason)},
		},
		resource.TestStep{
			Config: attested("old", webImage, `public_key_id = "`+attestor.GetUserOwnedGrafeasNote().GetPublicKeys()[0].GetId()+`"`,
				`signature = "`+base64.StdEncoding.EncodeToString(message)+`"`),
			ExpectError: anywhere("the key expired on 2019-01-02"),
		},
	)
}

func signs(key *openpgp.Entity, config *packet.Config, payload []byte) func(io.Writer) error {
	return func(out io.Writer) error {
		var message bytes.Buffer
		w, err := openpgp.Sign(&message, key, nil, config)
		if err != nil {
			return err
		}
		if _, err := w.Write(payload); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		_, err = out.Write(message.Bytes())
		return err
	}
}

func armored(t *testing.T, kind string, write func(io.Writer) error) string {
	t.Helper()
	var out strings.Builder
	w, err := armor.Encode(&out, kind, nil)
	fine(t, err)
	fine(t, write(w))
	fine(t, w.Close())
	return out.String()
}
