package fault

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const getAttestor = "google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1/GetAttestor"

func infoOf(t *testing.T, err error) *errdetails.ErrorInfo {
	t.Helper()
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	t.Fatalf("%v has no ErrorInfo", err)
	return nil
}

func TestStrikeDetails(t *testing.T) {
	t.Parallel()
	target := Target{Method: getAttestor, Resource: "projects/p/attestors/a", Consumer: "projects/1"}
	for kind, want := range map[Kind]struct{ reason, domain, key, value string }{
		"permission_denied":  {"IAM_PERMISSION_DENIED", "iam.googleapis.com", "permission", "binaryauthorization.attestors.get"},
		ServiceDisabled:      {"SERVICE_DISABLED", "googleapis.com", "service", "binaryauthorization.googleapis.com"},
		"resource_exhausted": {"RATE_LIMIT_EXCEEDED", "googleapis.com", "consumer", "projects/1"},
	} {
		info := infoOf(t, Fault{Kind: kind}.Strike(t.Context(), target))
		if info.GetReason() != want.reason || info.GetDomain() != want.domain || info.GetMetadata()[want.key] != want.value {
			t.Errorf("%s: %v", kind, info)
		}
	}
}

func TestServiceDisabledNamesTheProject(t *testing.T) {
	t.Parallel()
	err := Fault{Kind: ServiceDisabled}.Strike(t.Context(), Target{Method: getAttestor, Consumer: "projects/1"})
	const want = "binaryauthorization.googleapis.com has not been used in project 1 before or it is disabled."
	if status.Convert(err).Message() != want {
		t.Errorf("%v, want %q", err, want)
	}
}

func TestPermission(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, resource, want string }{
		{"google.container.v1.ClusterManager/UpdateCluster", "projects/p/locations/l/clusters/c", "container.clusters.update"},
		{"google.container.v1beta1.ClusterManager/SetLabels", "projects/p/locations/l/clusters/c", "container.clusters.update"},
		{"google.container.v1.ClusterManager/DeleteNodePool", "projects/p/locations/l/clusters/c/nodePools/n", "container.clusters.update"},
		{"google.iam.v1.IAMPolicy/SetIamPolicy", "projects/p/attestors/a", "binaryauthorization.attestors.setIamPolicy"},
		{"google.iam.v1.IAMPolicy/GetIamPolicy", "projects/p/policy", "binaryauthorization.policy.getIamPolicy"},
		{"google.iam.v1.IAMPolicy/GetIamPolicy", "projects/p/locations/l/keyRings/r/cryptoKeys/k", "cloudkms.cryptoKeys.getIamPolicy"},
		{"google.cloud.kms.v1.KeyManagementService/AsymmetricSign", "", "cloudkms.cryptoKeyVersions.useToSign"},
		{"google.devtools.artifactregistry.v1.ArtifactRegistry/ListDockerImages", "", "artifactregistry.dockerimages.list"},
		{"grafeas.v1.Grafeas/CreateNote", "projects/p", "containeranalysis.notes.create"},
		{"google.container.v1.ClusterManager/GetServerConfig", "projects/p/locations/l", ""},
	} {
		if got := (Target{Method: c.method, Resource: c.resource}).permission(); got != c.want {
			t.Errorf("%s on %s asks for %q, want %q", c.method, c.resource, got, c.want)
		}
	}
}

func TestDeniedNamesThePermission(t *testing.T) {
	t.Parallel()
	create := Target{Method: "grafeas.v1.Grafeas/CreateOccurrence", Resource: "projects/p"}
	for _, c := range []struct {
		fault  Fault
		target Target
		want   string
	}{
		{
			Fault{Kind: "permission_denied"},
			create,
			`permission "containeranalysis.occurrences.create" denied for project "p", entity ID ""`,
		},
		{
			Fault{Kind: "permission_denied", Permission: "containeranalysis.notes.attachOccurrence"},
			create,
			`permission "containeranalysis.notes.attachOccurrence" denied for project "p", entity ID ""`,
		},
		{
			Fault{Kind: "permission_denied"},
			Target{Method: "grafeas.v1.Grafeas/GetNote", Resource: "projects/p/notes/n"},
			`permission "containeranalysis.notes.get" denied for project "p", entity ID "n"`,
		},
		{
			Fault{Kind: "permission_denied"},
			Target{Method: getAttestor, Resource: "projects/p/attestors/a"},
			`Permission 'binaryauthorization.attestors.get' denied on resource 'projects/p/attestors/a' (or it may not exist).`,
		},
	} {
		if got := status.Convert(c.fault.Strike(t.Context(), c.target)).Message(); got != c.want {
			t.Errorf("%s: %s, want %s", c.target.Method, got, c.want)
		}
	}
}

func TestRetryInfo(t *testing.T) {
	t.Parallel()
	err := Fault{Kind: "resource_exhausted", Retry: 3 * time.Second}.Strike(t.Context(), Target{Method: getAttestor})
	for _, d := range status.Convert(err).Details() {
		if r, ok := d.(*errdetails.RetryInfo); ok && r.GetRetryDelay().AsDuration() == 3*time.Second {
			return
		}
	}
	t.Errorf("%v has no RetryInfo of 3 s", err)
}

func TestHangEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("gave up"))
	if got := status.Code(Fault{Kind: Hang}.Strike(ctx, Target{})); got != codes.Canceled {
		t.Errorf("hang ends with %s", got)
	}
	if err := (Fault{Kind: Delay(time.Millisecond)}).Strike(t.Context(), Target{}); err != nil {
		t.Errorf("a delay ends with %v", err)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	if got := After(Code(codes.Unavailable)); got != "after:unavailable" || !got.Late() || got.check() != nil {
		t.Errorf("After(Code(Unavailable)) = %q", got)
	}
	for _, name := range Kinds() {
		if k := Kind(name); k != ServiceDisabled && k != OrgPolicy && Code(kindCodes[name]) != k {
			t.Errorf("Code does not lead back to %s", name)
		}
	}
}
