package emulator_test

import (
	"maps"
	"slices"
	"testing"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestUnknownLocations sends a read and a write of GKE in existing and unknown locations.
func TestUnknownLocations(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Locations: []string{"mars-north1", "mars-north1-a"}})
	c := containerpb.NewClusterManagerClient(dial(t, s))
	for location, known := range map[string]bool{
		"us-central1": true, "us-central1-f": true, "europe-west1-d": true, "mars-north1": true, "mars-north1-a": true,
		"wonderland": false, "us-central1-d": false, "us-east1-a": false, "uscentral1-c": false, "mars-north1-b": false,
		"us": false, "global": false,
	} {
		parent := "projects/demo/locations/" + location
		_, created := c.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
			Parent:  parent,
			Cluster: &containerpb.Cluster{Name: "new"},
		})
		_, listed := c.ListClusters(t.Context(), &containerpb.ListClustersRequest{Parent: parent})
		for call, err := range map[string]error{"create": created, "list": listed} {
			if known {
				if err != nil {
					t.Errorf("%s in %s: %v", call, location, err)
				}
				continue
			}
			expectNoLocation(t, call, err, map[string]string{
				"location": location, "consumer": "projects/demo", "service": "container.googleapis.com",
			})
		}
	}
	if _, err := c.ListClusters(t.Context(), &containerpb.ListClustersRequest{ProjectId: "demo", Zone: "-"}); err != nil {
		t.Errorf("list everywhere: %v", err)
	}
	if _, err := emulator.Start(emulator.Options{Clusters: []string{"projects/p/locations/wonderland/clusters/c"}}); err == nil {
		t.Error("the emulator starts with a cluster in wonderland")
	}
}

func expectNoLocation(t *testing.T, call string, err error, metadata map[string]string) {
	t.Helper()
	st := status.Convert(err)
	want := "Permission denied on 'locations/" + metadata["location"] + "' (or it may not exist)."
	if st.Code() != codes.PermissionDenied || st.Message() != want {
		t.Errorf("%s: %v, want %s", call, err, want)
	}
	for _, d := range st.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok && info.GetReason() == "LOCATION_POLICY_VIOLATED" &&
			maps.Equal(info.GetMetadata(), metadata) {
			return
		}
	}
	t.Errorf("%s: the details are %v", call, st.Details())
}

func TestUnknownLocationByREST(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	for _, version := range []string{"v1", "v1beta1"} {
		for _, path := range []string{"/locations/wonderland/clusters/c", "/zones/wonderland-z/clusters/c"} {
			var e errorAnswer
			code, err := call(t, s, "GET", "/"+version+"/projects/demo"+path, "", &e)
			if err != nil || code != 403 || e.Error.Status != "PERMISSION_DENIED" {
				t.Errorf("%s%s: %d %+v %v", version, path, code, e, err)
			}
		}
	}
}

func TestSystemPolicyOfARegion(t *testing.T) {
	t.Parallel()
	c := pb.NewSystemPolicyV1Client(dial(t, start(t, emulator.Options{})))
	for location, want := range map[string]bool{"us-central1": true, "europe-west4": true, "global": false} {
		p, err := c.GetSystemPolicy(t.Context(), &pb.GetSystemPolicyRequest{Name: "locations/" + location + "/policy"})
		if err != nil {
			t.Fatal(err)
		}
		regional := slices.ContainsFunc(p.GetAdmissionWhitelistPatterns(), func(w *pb.AdmissionWhitelistPattern) bool {
			return w.GetNamePattern() == location+"-artifactregistry.gcr.io/gke-release/gke-release/**"
		})
		if regional != want {
			t.Errorf("%s: whether it has a pattern of its own is %t, want %t", location, regional, want)
		}
	}
	for _, location := range []string{"wonderland", "us-central1-a"} {
		_, err := c.GetSystemPolicy(t.Context(), &pb.GetSystemPolicyRequest{Name: "locations/" + location + "/policy"})
		expectNoLocation(t, location, err, map[string]string{"location": location, "service": "binaryauthorization.googleapis.com"})
	}
}
