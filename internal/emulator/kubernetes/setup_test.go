package kubernetes_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	asset "cloud.google.com/go/asset/apiv1"
	"cloud.google.com/go/asset/apiv1/assetpb"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	logging "cloud.google.com/go/logging/apiv2"
	"cloud.google.com/go/logging/apiv2/loggingpb"
	"go.uber.org/goleak"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	cluster  = "projects/demo/locations/us-central1/clusters/prod"
	zonal    = "projects/demo/locations/us-central1-a/clusters/zonal"
	digest   = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	image    = "us-docker.pkg.dev/demo/app/web" + digest
	attestor = "projects/demo/attestors/ci"
	enforce  = "PROJECT_SINGLETON_POLICY_ENFORCE"
	webhook  = "imagepolicywebhook.image-policy.k8s.io"
	denials  = `resource.type="k8s_cluster" protoPayload.response.status="Failure" protoPayload.response.reason="VIOLATES_POLICY"`
)

// bench is an emulator with two enforcing clusters, and Google's clients for it.
type bench struct {
	*emulator.Server
	conn *grpc.ClientConn
	logs *logging.Client
	inv  *asset.Client
}

func start(t *testing.T) *bench {
	t.Helper()
	s, err := emulator.Start(emulator.Options{Clusters: []string{cluster, zonal}})
	check(t, err)
	t.Cleanup(func() { _ = s.Close() })
	b := &bench{Server: s}
	b.conn, err = grpc.NewClient(s.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(t, err)
	t.Cleanup(func() { _ = b.conn.Close() })
	b.logs, err = logging.NewClient(t.Context(), option.WithGRPCConn(b.conn))
	check(t, err)
	b.inv, err = asset.NewClient(t.Context(), option.WithGRPCConn(b.conn))
	check(t, err)
	for _, name := range []string{cluster, zonal} {
		check(t, s.GKE().SetBinaryAuthorization(name, enforce))
	}
	return b
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// policy gives the project a policy with a default rule, as JSON of the API's.
func (b *bench) policy(t *testing.T, text string) {
	t.Helper()
	p := &pb.Policy{}
	check(t, protojson.Unmarshal([]byte(text), p))
	p.Name = "projects/demo/policy"
	_, err := pb.NewBinauthzManagementServiceV1Client(b.conn).UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: p})
	check(t, err)
}

const (
	denyAll  = `{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_DENY","enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}}`
	required = `{"defaultAdmissionRule":{"evaluationMode":"REQUIRE_ATTESTATION","requireAttestationsBy":["` + attestor +
		`"],"enforcementMode":`
	attested  = required + `"ENFORCED_BLOCK_AND_AUDIT_LOG"}}`
	attestDry = required + `"DRYRUN_AUDIT_LOG_ONLY"}}`
)

// entries returns the log entries matched by a filter, oldest first, in JSON.
func (b *bench) entries(t *testing.T, filter string) (found []map[string]any) {
	t.Helper()
	for it := b.logs.ListLogEntries(t.Context(), &loggingpb.ListLogEntriesRequest{
		ResourceNames: []string{"projects/demo"}, Filter: filter,
		PageSize: 1000,
	}); ; {
		e, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return found
		}
		check(t, err)
		text, err := protojson.Marshal(e)
		check(t, err)
		var m map[string]any
		check(t, json.Unmarshal(text, &m))
		found = append(found, m)
	}
}

// running are the pods in the inventory.
func (b *bench) running(t *testing.T) (found []*assetpb.Asset) {
	t.Helper()
	for it := b.inv.ListAssets(t.Context(), &assetpb.ListAssetsRequest{
		Parent: "projects/demo", ContentType: assetpb.ContentType_RESOURCE,
		PageSize: 1000,
	}); ; {
		a, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return found
		}
		check(t, err)
		found = append(found, a)
	}
}

func pod(name, image string, labels ...string) []byte {
	text := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name + "\n"
	if len(labels) > 0 {
		text += "  labels:\n    " + strings.Join(labels, "\n    ") + "\n"
	}
	return []byte(text + "spec:\n  containers:\n  - name: web\n    image: " + image + "\n")
}

// at is the value at a path in JSON.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}
