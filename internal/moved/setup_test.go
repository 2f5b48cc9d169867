package moved

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// world is an emulator with the objects of testdata/google.json, and this state adapted to it: the
// emulator generates its own KMS key and attestation ids.
type world struct {
	*acctest.Ground

	state document
	made  map[string]acctest.Instance
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Ground: acctest.NewEmulated(t, emulator.Options{}), state: readState(t, "testdata/google.json")}
	cli := w.CLI(t, located(t, objects(t)))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.made = cli.Instances(t)
	w.rename(t, "google_container_analysis_occurrence", "web", w.made["binauthz_attestation.web"].Attributes["name"].(string))
	w.rename(t, "google_container_analysis_occurrence", "twice", w.attestTwice(t))
	w.useKMSKey(t)
	return w
}

// useKMSKey replaces the KMS key in the state by the key of the emulator.
func (w *world) useKMSKey(t *testing.T) {
	t.Helper()
	key := w.state.attributes(t, "google_binary_authorization_attestor",
		"built").list("attestation_authority_note")[0].list("public_keys")[1]
	key.list("pkix_public_key")[0]["public_key_pem"] = w.kmsKey(t)
}

// attestTwice creates the attestation with two signatures and returns its id.
func (w *world) attestTwice(t *testing.T) string {
	t.Helper()
	web := w.made["binauthz_attestation.web"].Attributes
	o, err := w.Clients.Attestation(context.Background(), web["id"].(string))
	fine(t, err)
	made, err := w.Clients.CreateAttestation(context.Background(), w.Project, &gcp.Occurrence{
		NoteName: o.GetNoteName(), ResourceUri: o.GetResourceUri(),
		Details: &grafeas.Occurrence_Attestation{Attestation: &grafeas.AttestationOccurrence{
			SerializedPayload: o.GetAttestation().GetSerializedPayload(),
			Signatures:        append(slices.Clone(o.GetAttestation().GetSignatures()), w.second(t)),
		}},
	})
	fine(t, err)
	_, id, _ := strings.Cut(made.GetName(), "/occurrences/")
	return id
}

// second is the second signature of the attestation "twice".
func (w *world) second(t *testing.T) *grafeas.Signature {
	t.Helper()
	raw, err := os.ReadFile("../attest/testdata/ECDSA_P384_SHA384.sig")
	fine(t, err)
	keys := w.state.attributes(t, "google_binary_authorization_attestor", "built").list("attestation_authority_note")[0].list("public_keys")
	return &grafeas.Signature{PublicKeyId: keys[2]["id"].(string), Signature: raw}
}

func (w *world) kmsKey(t *testing.T) string {
	t.Helper()
	version, err := resname.ParseKMSKeyVersion(w.KMSKeyVersion(t))
	fine(t, err)
	key, err := w.Clients.SharedPublicKey(context.Background(), version)
	fine(t, err)
	return key.PEM
}

// rename changes the id of an object in the state.
func (w *world) rename(t *testing.T, kind, name, id string) {
	t.Helper()
	a := w.state.attributes(t, kind, name)
	a["id"] = strings.Replace(a["id"].(string), a["name"].(string), id, 1)
	a["name"] = id
	for _, r := range w.state.resources() {
		if r["type"] == kind && r["name"] == name {
			r.list("instances")[0]["identity"].(map[string]any)["name"] = id
		}
	}
}

// cli is a working directory with the state and a configuration to move all of it.
func (w *world) cli(t *testing.T, config string, change ...func(document)) *acctest.CLI {
	t.Helper()
	state := w.state.clone(t)
	for _, c := range change {
		c(state)
	}
	return w.MovedCLI(t, located(t, config)+state.moves(t), state.text(t))
}

// writes is the number of write calls to the emulator.
func (w *world) writes() int {
	total := 0
	for method, n := range w.Emulator.Calls() {
		name := method[strings.LastIndex(method, "/")+1:]
		if !strings.HasPrefix(name, "Get") && !strings.HasPrefix(name, "List") && !strings.HasPrefix(name, "Validate") {
			total += n
		}
	}
	return total
}

// object is a JSON object.
type object map[string]any

func (o object) list(name string) []object {
	var all []object
	for _, element := range o[name].([]any) {
		all = append(all, element.(map[string]any))
	}
	return all
}

// document is a state file.
type document object

func readState(t *testing.T, path string) document {
	t.Helper()
	raw, err := os.ReadFile(path)
	fine(t, err)
	var d document
	fine(t, json.Unmarshal(raw, &d))
	return d
}

func (d document) text(t *testing.T) string {
	t.Helper()
	raw, err := json.Marshal(d)
	fine(t, err)
	return string(raw)
}

func (d document) clone(t *testing.T) document {
	t.Helper()
	var c document
	fine(t, json.Unmarshal([]byte(d.text(t)), &c))
	return c
}

func (d document) resources() []object { return object(d).list("resources") }

// attributes are the attributes of the first instance of a resource, for reading or changing.
func (d document) attributes(t *testing.T, kind, name string) object {
	t.Helper()
	for _, r := range d.resources() {
		if r["type"] == kind && r["name"] == name {
			return r.list("instances")[0]["attributes"].(map[string]any)
		}
	}
	t.Fatalf("the state has no %s.%s", kind, name)
	return nil
}

// only removes every other resource from the state.
func only(kind string, names ...string) func(document) {
	return func(d document) {
		d["resources"] = slices.DeleteFunc(d["resources"].([]any), func(r any) bool {
			of := object(r.(map[string]any))
			return of["type"] != kind || !slices.Contains(names, of["name"].(string))
		})
	}
}

// moves are the moved blocks of the whole state.
func (d document) moves(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, r := range d.resources() {
		kind, known := kinds[r["type"].(string)]
		if !known {
			t.Fatalf("nothing takes over %v", r["type"])
		}
		fmt.Fprintf(&all, "moved {\n  from = %v.%v\n  to   = %s.%v\n}\n", r["type"], r["name"], kind, r["name"])
	}
	return all.String()
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// located adds the path of the keys and signatures.
func located(t *testing.T, config string) string {
	t.Helper()
	path, err := filepath.Abs("../attest/testdata")
	fine(t, err)
	return config + fmt.Sprintf("locals {\n  keys_folder = %q\n}\n", filepath.ToSlash(path))
}

// ends runs a command, fails unless the exit code is the expected one, and returns the output on
// one line.
func ends(t *testing.T, cli *acctest.CLI, want int, args ...string) string {
	t.Helper()
	out, code := cli.Run(t, args...)
	if code != want {
		t.Fatalf("%v ended with %d:\n%s", args, code, out)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
