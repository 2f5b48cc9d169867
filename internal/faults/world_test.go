package faults_test

import (
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	plainCluster = "projects/demo/locations/us-central1/clusters/plain"
	boundCluster = "projects/demo/locations/europe-west1-b/clusters/bound"
	keyVersion   = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
	binding      = "projects/demo/platforms/gke/policies/audit"

	operationTime = 15 * time.Millisecond
)

// offlineKey is a P-256 key.
const offlineKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
-----END PUBLIC KEY-----
`

// world is an emulator with two clusters, one of them with policy bindings of another owner, and a
// signing key.
type world struct {
	*acctest.Ground
	truth *truth

	phases []phase
	check  func(*testing.T, phase, state) // after each phase
	end    func(*testing.T)               // after the last
	// beside is the work of another owner during a run of Terraform. It returns a function that
	// ends the work. May be nil.
	beside func(*testing.T) (over func())
	// more is the number of additional writes: for parts too late for the write of the others, and
	// after conflicts with another owner.
	more int
}

// maker makes a world, such as newWorld.
type maker func(*testing.T, emulator.Options) *world

func newWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	options.Clusters = append([]string{plainCluster, boundCluster}, options.Clusters...)
	if options.OperationTime == 0 {
		options.OperationTime = operationTime
	}
	w := &world{Ground: acctest.NewEmulated(t, options)}
	if err := w.Emulator.GKE().SetBinaryAuthorization(boundCluster, gcp.ModeBindings, binding); err != nil {
		t.Fatal(err)
	}
	w.truth = newTruth(t, w.Emulator)
	w.phases, w.end = life, w.verifyHistories
	w.check = func(t *testing.T, _ phase, s state) {
		t.Helper()
		w.verify(t, told(s))
	}
	return w
}

func (w *world) inject(t *testing.T, faults ...fault.Fault) {
	t.Helper()
	for _, f := range faults {
		if err := w.Emulator.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
}

// struck is how many calls a fault struck so far.
func (w *world) struck() int {
	total := 0
	for _, n := range w.Emulator.Struck() {
		total += n
	}
	return total
}

// created is the first configuration: two of every kind, to use the shared reads, and every kind of
// key.
func created() []object {
	return []object{
		note("built", "Built by CI", "first"),
		note("tested", "Tested", "second"),
		attestor("built", "Built by CI", kmsKey(), pemKey("offline")),
		attestor("tested", "Tested", pemKey("")),
		attestation("web", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
		attestation("api", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
		cluster("plain", plainCluster, gcp.ModeProjectPolicy),
		cluster("bound", boundCluster, gcp.ModeBindingsAndProjectPolicy),
	}
}

// changed updates one of every kind.
func changed() []object {
	return []object{
		note("built", "Built by CI", "changed"),
		note("tested", "Tested", "second"),
		attestor("built", "Built by CI", pemKey("offline")),
		attestor("tested", "Tested and signed", pemKey(""), kmsKey()),
		attestation("web", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
		attestation("api", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
		cluster("plain", plainCluster, gcp.ModeProjectPolicy),
		cluster("bound", boundCluster, gcp.ModeBindings),
	}
}

func note(name, human, short string) object {
	return object{
		kind:       "binauthz_note",
		name:       name,
		attributes: map[string]any{"name": name, "human_readable_name": human, "short_description": short},
	}
}

func attestor(name, description string, keys ...map[string]any) object {
	return object{kind: "binauthz_attestor", name: name, stage: 1, attributes: map[string]any{
		"name": name, "note": "projects/demo/notes/" + name, "description": description, "public_keys": keys,
	}}
}

// attestation is an attestation of the attestor "built". In the changed configuration, this
// attestor cannot verify it any more.
func attestation(name, digest string) object {
	return object{kind: "binauthz_attestation", name: name, stage: 2, attributes: map[string]any{
		"attestor": "built", "image": "us-docker.pkg.dev/demo/app/" + name + "@sha256:" + digest, "kms_key_version": keyVersion,
	}}
}

func kmsKey() map[string]any { return map[string]any{"kms_key_version": keyVersion} }

func pemKey(comment string) map[string]any {
	key := map[string]any{"pkix": map[string]any{"public_key_pem": offlineKey, "signature_algorithm": "ECDSA_P256_SHA256"}}
	if comment != "" {
		key["comment"] = comment
	}
	return key
}

func cluster(name, id, mode string) object {
	return object{kind: "binauthz_cluster_settings", name: name, attributes: map[string]any{"cluster": id, "evaluation_mode": mode}}
}
