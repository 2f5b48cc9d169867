package attestation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	signedDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	signedImage  = "us-docker.pkg.dev/demo/app/web@" + signedDigest
	invoke       = "-invoke=action.binauthz_sign_attestation.it"
)

// pipeline is an attestor with a version of the key ci, and an action to sign with it.
type pipeline struct {
	*acctest.Ground
	attestor resname.Attestor
	note     resname.Note
}

func newPipeline(t *testing.T, options emulator.Options) *pipeline {
	t.Helper()
	acctest.NeedsActions(t)
	g := acctest.NewEmulated(t, options)
	return &pipeline{g, resname.Attestor{Project: g.Project, ID: "built"}, resname.Note{Project: g.Project, ID: "built"}}
}

func (p *pipeline) base() string {
	return fmt.Sprintf(`
resource "binauthz_note" "it" {
  name                = %q
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  name        = %q
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = %q }]
}
`, p.note.ID, p.attestor.ID, key(1))
}

// signing returns the action. own replaces its default attributes; an empty value omits one.
func signing(own map[string]string) string {
	config := ""
	for name, value := range map[string]string{
		"attestor": "binauthz_attestor.it.id", "image": fmt.Sprintf("%q", signedImage),
		"kms_key_version": fmt.Sprintf("%q", key(1)), "project": "",
	} {
		if given, ok := own[name]; ok {
			value = given
		}
		if value != "" {
			config += "    " + name + " = " + value + "\n"
		}
	}
	return "action \"binauthz_sign_attestation\" \"it\" {\n  config {\n" + config + "  }\n}\n"
}

func key(version int) string {
	return fmt.Sprintf("projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/%d", version)
}

// triggered returns a resource for a release of the image. Its events trigger the action.
func triggered(events string) string {
	return fmt.Sprintf(`
resource "terraform_data" "release" {
  input = %q
  lifecycle {
    action_trigger {
      events  = [%s]
      actions = [action.binauthz_sign_attestation.it]
    }
  }
}
`, signedImage, events)
}

// applied applies the attestor and the action, and resets the count of calls.
func (p *pipeline) applied(t *testing.T, action string) *acctest.CLI {
	t.Helper()
	c := p.CLI(t, p.base()+action)
	out, code := c.Run(t, "apply", "-auto-approve", "-input=false")
	if code != 0 {
		t.Fatal(out)
	}
	p.Emulator.ResetCalls()
	return c
}

// run runs Terraform with a new provider process, and returns the output on one line.
func (p *pipeline) run(t *testing.T, c *acctest.CLI, exitCode int, args ...string) string {
	t.Helper()
	out, code := p.Fresh(t, c).Run(t, args...)
	if code != exitCode {
		t.Errorf("%v exits with %d, not with %d:\n%s", args, code, exitCode, out)
	}
	return strings.Join(strings.Fields(out), " ")
}

// attestations returns the attestations of the image. It verifies each with the attestor's keys.
func (p *pipeline) attestations(t *testing.T) []*gcp.Occurrence {
	t.Helper()
	there, err := p.Clients.Attestations(context.Background(), p.note.String(), signedDigest)
	if err != nil {
		t.Fatal(err)
	}
	attestor, err := p.Clients.FreshAttestor(context.Background(), p.attestor)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range there {
		signature := o.GetAttestation().GetSignatures()[0]
		if err := gcp.Keyring(attestor).Verify(o.GetAttestation().GetSerializedPayload(), signature.GetPublicKeyId(),
			signature.GetSignature(), signedDigest); err != nil {
			t.Error(err)
		}
	}
	return there
}

func TestSignActionIsInvokedByName(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	c := p.applied(t, signing(nil))
	first := p.run(t, c, 0, "apply", "-auto-approve", invoke)
	acctest.Says(t, first, "Action started: action.binauthz_sign_attestation.it",
		"(triggered by CLI): Looking for an attestation of "+signedImage+" by "+p.attestor.String()+".",
		"(triggered by CLI): Signing with "+key(1)+".",
		"(triggered by CLI): Asking Binary Authorization to validate it.", "Actions: 1 invoked")
	made := p.attestations(t)
	if len(made) != 1 {
		t.Fatalf("%d attestations", len(made))
	}
	acctest.Says(t, first, "(triggered by CLI): Wrote "+made[0].GetName()+".")
	again := p.run(t, c, 0, "apply", "-auto-approve", invoke)
	acctest.Says(t, again, "(triggered by CLI): "+made[0].GetName()+" already exists and verifies.")
	if signed, n := p.Calls("AsymmetricSign"), len(p.attestations(t)); signed != 1 || n != 1 {
		t.Errorf("signed %d times, %d attestations", signed, n)
	}
}

// TestSignActionIsTriggered: one apply creates the attestor, and the action creates the
// attestation.
func TestSignActionIsTriggered(t *testing.T) {
	t.Parallel()
	later := fmt.Sprintf("resource \"terraform_data\" \"built\" {\n  input = %q\n}\n", signedImage)
	for name, config := range map[string]string{
		"before": signing(nil) + triggered("before_create, before_update"),
		"after":  signing(nil) + triggered("after_create"),
		"the image is known later": later + signing(map[string]string{"image": "terraform_data.built.output"}) +
			triggered("before_create"),
		"the key is known later": later + signing(map[string]string{
			"kms_key_version": "terraform_data.built.id == \"\" ? \"\" : \"" + key(1) + "\"",
		}) + triggered("before_create"),
		"the attestor is known later": later + signing(map[string]string{
			"attestor": `terraform_data.built.id == "" ? "" : binauthz_attestor.it.id`,
		}) + triggered("before_create"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			p.Run(t, resource.TestStep{
				Config: p.base() + config,
				Check: func(*terraform.State) error {
					if n := len(p.attestations(t)); n != 1 {
						return fmt.Errorf("%d attestations", n)
					}
					return nil
				},
			})
		})
	}
}

func TestSignActionKeepsTheAttestationInTheProjectThatIsMeant(t *testing.T) {
	t.Parallel()
	for given, kept := range map[string]string{`"attestations"`: "attestations", `""`: "demo"} {
		t.Run(kept, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			c := p.applied(t, signing(map[string]string{"project": given}))
			p.run(t, c, 0, "apply", "-auto-approve", invoke)
			if made := p.attestations(t); len(made) != 1 || !strings.HasPrefix(made[0].GetName(), "projects/"+kept+"/occurrences/") {
				t.Error(made)
			}
		})
	}
}

func TestSignActionRefusesInThePlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		own     map[string]string
		words   []string
		summary string // of the error before any plan, "" if the error needs the attestor
	}{
		"a tag": {
			map[string]string{"image": `"us-docker.pkg.dev/demo/app/web:v1"`},
			[]string{"digest", "binauthz_image", "gcloud artifacts docker images describe", "crane digest"},
			"Invalid image",
		},
		"a scheme": {
			map[string]string{"image": fmt.Sprintf("%q", "https://"+signedImage)}, []string{"https://"}, "Invalid image",
		},
		"no key version": {
			map[string]string{"kms_key_version": `"projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"`},
			[]string{"a Cloud KMS key version"},
			"Invalid key version",
		},
		"no attestor's name": {map[string]string{"attestor": `"projects/demo/notes/built"`}, []string{"an attestor"}, ""},
		"no project":         {map[string]string{"project": `"No Project"`}, []string{"project"}, "Invalid project"},
		"another's key":      {map[string]string{"kms_key_version": fmt.Sprintf("%q", key(2))}, []string{key(1)}, ""},
		"no such version": {
			map[string]string{"kms_key_version": fmt.Sprintf("%q", key(7))},
			[]string{key(7) + ": not found", "Cloud KMS key version does not exist"},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ring := "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"
			p := newPipeline(t, emulator.Options{KMSKeys: []string{ring, ring}})
			cli := p.applied(t, "")
			cli.Write(t, p.base()+signing(c.own))
			acctest.Says(t, p.run(t, cli, 1, "plan", invoke), append(c.words, "Error: ")...)
			if c.summary != "" {
				acctest.Says(t, p.run(t, cli, 1, "validate"), append(c.words, "Error: "+c.summary)...)
			}
			if n := p.Calls("AsymmetricSign") + p.Calls("CreateOccurrence"); n > 0 {
				t.Errorf("a plan makes %d calls that change or sign", n)
			}
		})
	}
}

// TestSignActionSaysWhatIsNotThere: the plan allows a missing attestor, because another provider
// could create it before the apply. The apply names it in an error.
func TestSignActionSaysWhatIsNotThere(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, signing(map[string]string{"attestor": `"absent"`}))
	p.run(t, cli, 0, "plan", invoke)
	acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve", invoke), "projects/demo/attestors/absent: not found",
		"Error: Cannot sign attestation")
	if n := p.Calls("AsymmetricSign") + p.Calls("CreateOccurrence"); n > 0 {
		t.Errorf("%d calls that sign or write", n)
	}
}

func TestSignActionWarnsOfAnAttestationThatTheServiceDidNotValidate(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, signing(nil))
	if err := p.Emulator.Inject(fault.Fault{
		Method: "ValidateAttestationOccurrence", Kind: "permission_denied",
		Count: fault.Forever,
	}); err != nil {
		t.Fatal(err)
	}
	acctest.Says(t, p.run(t, cli, 0, "apply", "-auto-approve", invoke), "Warning: Attestation not validated by the service",
		"binaryauthorization.attestors.verifyImageAttested")
	if n := len(p.attestations(t)); n != 1 {
		t.Errorf("%d attestations", n)
	}
}

// TestSignActionWarnsOfAPossibleDuplicate: it could not look for an existing attestation.
func TestSignActionWarnsOfAPossibleDuplicate(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, signing(nil))
	for _, method := range []string{"ListOccurrences", "ListNoteOccurrences"} {
		if err := p.Emulator.Inject(fault.Fault{Method: method, Kind: "permission_denied", Count: fault.Forever}); err != nil {
			t.Fatal(err)
		}
	}
	acctest.Says(t, p.run(t, cli, 0, "apply", "-auto-approve", invoke), "Warning: Could not check for an existing attestation")
}

// TestSignActionFailsWithoutAValidation: the next run takes the attestation and has it validated.
func TestSignActionFailsWithoutAValidation(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, signing(nil))
	if err := p.Emulator.Inject(fault.Fault{Method: "ValidateAttestationOccurrence", Kind: "failed_precondition"}); err != nil {
		t.Fatal(err)
	}
	acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve", invoke), "ValidateAttestationOccurrence")
	p.run(t, cli, 0, "apply", "-auto-approve", invoke)
	if n := len(p.attestations(t)); n != 1 {
		t.Errorf("%d attestations", n)
	}
}

func TestSignActionSurvivesFaults(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GetAttestor", "GetPublicKey", "AsymmetricSign", "CreateOccurrence", "ValidateAttestationOccurrence"} {
		for _, kind := range []fault.Kind{"unavailable", fault.After("unavailable"), "resource_exhausted"} {
			t.Run(method+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				p := newPipeline(t, emulator.Options{})
				c := p.applied(t, signing(nil))
				if err := p.Emulator.Inject(fault.Fault{Method: method, Kind: kind}); err != nil {
					t.Fatal(err)
				}
				p.run(t, c, 0, "apply", "-auto-approve", invoke)
				if n := len(p.attestations(t)); n != 1 || len(p.Emulator.Struck()) == 0 {
					t.Errorf("%d attestations, struck %v", n, p.Emulator.Struck())
				}
			})
		}
	}
}

func TestSignActionNamesTheMissingPermission(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		denied fault.Fault
		words  []string
	}{
		"on the note": {
			fault.Fault{Method: "CreateOccurrence", Permission: "containeranalysis.notes.attachOccurrence"},
			[]string{"roles/containeranalysis.notes.attacher"},
		},
		"on the project": {fault.Fault{Method: "CreateOccurrence"}, []string{"roles/containeranalysis.occurrences.editor"}},
		"on the key": {
			fault.Fault{Method: "AsymmetricSign"}, []string{"cloudkms.cryptoKeyVersions.useToSign", "roles/cloudkms.signer"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			cli := p.applied(t, signing(nil))
			c.denied.Kind, c.denied.Count = "permission_denied", fault.Forever
			if err := p.Emulator.Inject(c.denied); err != nil {
				t.Fatal(err)
			}
			acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve", invoke), append(c.words, "Error: Cannot sign attestation")...)
			if n := len(p.attestations(t)); n != 0 {
				t.Errorf("%d attestations", n)
			}
		})
	}
}
