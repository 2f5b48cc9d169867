package asset_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	emulated "github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
)

func TestListAssets(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	s.Assets().Put(pod(t, s, "c"), pod(t, s, "a"), pod(t, s, "b"))
	for _, r := range []*assetpb.ListAssetsRequest{
		{},
		{PageSize: 1},
		{PageSize: 2, AssetTypes: []string{pods}},
		{AssetTypes: []string{"k8s.io.*"}},
		{Parent: "projects/" + s.World().ProjectNumber("demo"), ContentType: assetpb.ContentType_RESOURCE},
	} {
		if got, err := list(t, c, r); err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("%v: %v %v", r, got, err)
		}
	}
	for _, r := range []*assetpb.ListAssetsRequest{{Parent: "projects/other"}, {AssetTypes: []string{"k8s.io/Node"}}} {
		if got, err := list(t, c, r); err != nil || len(got) > 0 {
			t.Errorf("%v: %v %v", r, got, err)
		}
	}
}

func TestContent(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	s.Assets().Put(pod(t, s, "a"))
	plain, err := c.ListAssets(t.Context(), &assetpb.ListAssetsRequest{Parent: "projects/demo"}).Next()
	if err != nil || !proto.Equal(plain, &assetpb.Asset{Name: space + "/pods/a", AssetType: pods}) {
		t.Errorf("%v %v", plain, err)
	}
	full, err := c.ListAssets(t.Context(), &assetpb.ListAssetsRequest{
		Parent:      "projects/demo",
		ContentType: assetpb.ContentType_RESOURCE,
	}).Next()
	if err != nil {
		t.Fatal(err)
	}
	r := full.GetResource()
	if r.GetData().AsMap()["metadata"].(map[string]any)["name"] != "a" || r.GetParent() != space || r.GetLocation() != "us-central1" ||
		r.GetVersion() != "v1" ||
		!slices.Equal(full.GetAncestors(), []string{"projects/" + s.World().ProjectNumber("demo")}) {
		t.Errorf("%v", full)
	}
}

func TestHierarchy(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	for child, parent := range map[string]string{
		"projects/demo": "folders/1", "folders/1": "folders/2", "folders/2": "organizations/3",
		"projects/other": "folders/2",
	} {
		if err := s.Assets().SetParent(child, parent); err != nil {
			t.Fatal(err)
		}
	}
	other := pod(t, s, "o")
	other.Project, other.Name = "other", strings.Replace(other.Name, "demo", "other", 1)
	s.Assets().Put(pod(t, s, "a"), other)
	for parent, want := range map[string]string{"projects/other": "o", "folders/1": "a", "folders/2": "a o", "organizations/3": "a o"} {
		if got, err := list(t, c, &assetpb.ListAssetsRequest{Parent: parent}); err != nil || !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %v %v", parent, got, err)
		}
		if found, err := search(t, c, &assetpb.SearchAllResourcesRequest{Scope: parent}); err != nil ||
			len(found) != len(strings.Fields(want)) {
			t.Errorf("search of %s: %v %v", parent, found, err)
		}
	}
	if _, err := list(t, c, &assetpb.ListAssetsRequest{Parent: "folders/9"}); status.Code(err) != codes.PermissionDenied {
		t.Errorf("an unknown folder: %v", err)
	}
	found, err := search(t, c, &assetpb.SearchAllResourcesRequest{})
	if err != nil || !slices.Equal(found[0].GetFolders(), []string{"folders/1", "folders/2"}) ||
		found[0].GetOrganization() != "organizations/3" {
		t.Errorf("%v %v", found, err)
	}
	for child, parent := range map[string]string{"projects/demo": "projects/other", "organizations/1": "folders/2", "demo": "folders/1"} {
		if s.Assets().SetParent(child, parent) == nil {
			t.Errorf("%s in %s was taken", child, parent)
		}
	}
}

func TestTheInventoryLagsBehind(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	now := time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
	s.World().Clock = func() time.Time { return now }
	s.Assets().Lag = time.Minute
	expect := func(when string, r *assetpb.ListAssetsRequest, want ...string) {
		t.Helper()
		if got, err := list(t, c, r); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", when, got, err, want)
		}
	}
	settled := 0
	s.Assets().Settle = func() { settled++ }
	s.Assets().Put(pod(t, s, "a"))
	expect("at once", &assetpb.ListAssetsRequest{})
	now = now.Add(time.Minute)
	expect("after a minute", &assetpb.ListAssetsRequest{}, "a")
	s.Assets().Remove(now, func(a *emulated.Asset) bool { return strings.HasSuffix(a.Name, "/a") })
	s.Assets().Put(pod(t, s, "b"))
	expect("deleted just now", &assetpb.ListAssetsRequest{}, "a")
	s.Assets().Freeze()
	now = now.Add(time.Hour)
	expect("frozen", &assetpb.ListAssetsRequest{}, "a")
	s.Assets().Thaw()
	expect("thawed", &assetpb.ListAssetsRequest{}, "b")
	past := timestamppb.New(now.Add(-time.Hour))
	expect("of the past", &assetpb.ListAssetsRequest{ReadTime: past}, "b")
	expect("before it", &assetpb.ListAssetsRequest{ReadTime: timestamppb.New(now.Add(-time.Hour - time.Second))}, "a")
	r := &assetpb.ListAssetsRequest{Parent: "projects/demo", ReadTime: timestamppb.New(now)}
	it := c.ListAssets(t.Context(), r)
	if _, err := it.Next(); err != nil || !it.Response.(*assetpb.ListAssetsResponse).GetReadTime().AsTime().Equal(now.Add(-time.Minute)) {
		t.Errorf("read time: %v %v", it.Response, err)
	}
	if settled == 0 {
		t.Error("nothing was settled")
	}
}

func TestWhatIsNoList(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	now := s.World().Clock()
	for what, r := range map[string]*assetpb.ListAssetsRequest{
		"no parent":         {Parent: "demo"},
		"a folder by name":  {Parent: "folders/team"},
		"an unknown type":   {AssetTypes: []string{"k8s.io/Pots"}},
		"no expression":     {AssetTypes: []string{"("}},
		"a negative page":   {PageSize: -1},
		"a page too large":  {PageSize: 1001},
		"the future":        {ReadTime: timestamppb.New(now.Add(time.Hour))},
		"long ago":          {ReadTime: timestamppb.New(now.Add(-36 * 24 * time.Hour))},
		"relationships":     {RelationshipTypes: []string{"A"}},
		"no token of pages": {PageToken: "?"},
	} {
		if _, err := list(t, c, r); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := list(t, c, &assetpb.ListAssetsRequest{ContentType: assetpb.ContentType_IAM_POLICY})
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("IAM policies: %v", err)
	}
}
