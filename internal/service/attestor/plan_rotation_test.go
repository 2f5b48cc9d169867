package attestor_test

import (
	"strings"
	"testing"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func image(c string) string { return "us-docker.pkg.dev/demo/app/web@sha256:" + strings.Repeat(c, 64) }

const lostWarning = "Attestations lose their only key"

// TestRotation: a removed key invalidates its attestations. The plan gives their number and their
// images, unless another key has attested the images before.
func TestRotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	one := w.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	project := "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	cli := w.CLI(t, project+w.config(keys(kms(one, ""))))
	apply := func(body string) string {
		cli.Write(t, project+w.config(body))
		said, code := w.Fresh(t, cli).Run(t, "apply", "-auto-approve")
		if code != 0 {
			t.Fatal(said)
		}
		return strings.Join(strings.Fields(strings.ReplaceAll(said, "│", " ")), " ")
	}
	apply(keys(kms(one, "")))
	w.attest(one, image("a"), image("b"))
	if said := apply(keys(kms(one, ""), kms(two, ""))); strings.Contains(said, lostWarning) {
		t.Errorf("a key that is added costs nothing, and the plan says:\n%s", said)
	}
	w.attest(two, image("a"))
	said := apply(keys(kms(two, "")))
	for _, want := range []string{
		lostWarning + " (" + w.name.String() + ")",
		"verify only with a removed key: 2",
		"Images without another valid attestation: 1 " + image("b"),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the plan does not say %q:\n%s", want, said)
		}
	}
	apply(keys(kms(one, ""), kms(two, "")))
	w.attest(two, image("b"))
	if said := apply(keys(kms(two, ""))); strings.Contains(said, lostWarning) {
		t.Errorf("every image was attested with the key that stays, and the plan says:\n%s", said)
	}
	if said := apply("public_keys = []"); !strings.Contains(said, "Images without another valid attestation: 2") {
		t.Errorf("the last key leaves, and the plan says:\n%s", said)
	}
}

// TestRotationUnseen: a plan without permission to list attestations reports it.
func TestRotationUnseen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, "provider \"binauthz\" {\n  project = \"demo\"\n}\n"+w.config(keys(kms(w.KMSKeyVersion(t), ""))))
	if said, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(said)
	}
	if err := w.Emulator.Inject(fault.Fault{Method: "ListNoteOccurrences", Kind: "permission_denied", Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	cli.Write(t, "provider \"binauthz\" {\n  project = \"demo\"\n}\n"+w.config("public_keys = []"))
	if said, code := w.Fresh(t, cli).Run(t, "plan"); code != 0 || !strings.Contains(said, "Could not check attestations") ||
		!strings.Contains(said, "containeranalysis.notes.listOccurrences") {
		t.Errorf("%d\n%s", code, said)
	}
}

// attest attests images with a key of Cloud KMS.
func (w *world) attest(version string, images ...string) {
	w.t.Helper()
	name, err := resname.ParseKMSKeyVersion(version)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, image := range images {
		payload, err := attest.Payload(image)
		if err != nil {
			w.t.Fatal(err)
		}
		signature, err := w.Clients.Sign(w.t.Context(), name, "EC_SIGN_P256_SHA256", payload)
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.Clients.CreateAttestation(w.t.Context(), w.Project, &gcp.Occurrence{
			NoteName: "projects/" + w.Project + "/notes/" + w.note, ResourceUri: "https://" + image,
			Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
				SerializedPayload: payload, Signatures: []*grafeas.Signature{{PublicKeyId: name.KeyID(), Signature: signature}},
			}},
		}); err != nil {
			w.t.Fatal(err)
		}
	}
}
