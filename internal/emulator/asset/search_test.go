package asset_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	s.Assets().Put(pod(t, s, "a"), pod(t, s, "b"))
	for query, want := range map[string]int{
		"": 2, "displayName=a": 1, `name="` + space + `/pods/b"`: 1, "location=us-central1 AND displayName=b": 1,
		"displayName=a displayName=b":                0,
		"project=" + s.World().ProjectNumber("demo"): 2, `parentFullResourceName="` + space + `"`: 2,
	} {
		for _, size := range []int32{-1, 0, 1, 600} {
			found, err := search(t, c, &assetpb.SearchAllResourcesRequest{
				Query:      query,
				PageSize:   size,
				AssetTypes: []string{pods},
				OrderBy:    "name",
			})
			if err != nil || len(found) != want {
				t.Errorf("%q: %v %v", query, found, err)
			}
		}
	}
	for _, r := range []*assetpb.SearchAllResourcesRequest{
		{Query: "a"},
		{Query: "displayName:a"},
		{Query: "displayName=a*"},
		{Query: "state=RUNNING"},
		{Query: "NOT name=a"},
		{Query: "name=a OR name=b"},
		{Query: "name=a AND"},
		{OrderBy: "location"},
		{Scope: "demo"},
		{AssetTypes: []string{"x"}},
		{ReadMask: &fieldmaskpb.FieldMask{Paths: []string{"no"}}},
	} {
		if _, err := search(t, c, r); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: %v", r, err)
		}
	}
}

func TestReadMask(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	s.Assets().Put(pod(t, s, "a"))
	for mask, want := range map[string][2]bool{ // display name, versioned resources
		"": {true, false}, "*": {true, true}, "name,versioned_resources": {false, true}, "displayName": {true, false},
	} {
		r := &assetpb.SearchAllResourcesRequest{}
		if mask != "" {
			r.ReadMask = &fieldmaskpb.FieldMask{Paths: strings.Split(mask, ",")}
		}
		found, err := search(t, c, r)
		if err != nil || len(found) != 1 {
			t.Fatalf("%q: %v %v", mask, found, err)
		}
		if got := [2]bool{found[0].GetDisplayName() == "a", len(found[0].GetVersionedResources()) == 1}; got != want {
			t.Errorf("%q: %v", mask, found[0])
		}
	}
}

func TestREST(t *testing.T) {
	t.Parallel()
	s, _ := serve(t, emulator.Options{})
	s.Assets().Put(pod(t, s, "a"))
	for path, field := range map[string]string{
		"/v1/projects/demo/assets?contentType=RESOURCE&assetTypes=" + url.QueryEscape(pods):           "resource",
		"/v1/projects/demo:searchAllResources?readMask=" + url.QueryEscape("*"):                       "versionedResources",
		"/v1/projects/demo:searchAllResources?readMask=" + url.QueryEscape("name,versionedResources"): "versionedResources",
		"/v1/projects/demo:searchAllResources?read_mask=versioned_resources":                          "versionedResources",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Assets, Results []map[string]any }
		err = json.NewDecoder(reply.Body).Decode(&got)
		_ = reply.Body.Close()
		if all := slices.Concat(got.Assets, got.Results); err != nil || len(all) != 1 || all[0][field] == nil {
			t.Errorf("%s: %s %v %+v", path, reply.Status, err, got)
		}
	}
}

func TestFaultsAndQuota(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{Quota: true})
	for method, permission := range map[string]string{
		"ListAssets":         "cloudasset.assets.listResource",
		"SearchAllResources": "cloudasset.assets.searchAllResources",
	} {
		for _, kind := range []fault.Kind{"permission_denied", fault.ServiceDisabled} {
			if err := s.Inject(fault.Fault{Method: method, Kind: kind}); err != nil {
				t.Fatal(err)
			}
			_, err := list(t, c, &assetpb.ListAssetsRequest{})
			if method == "SearchAllResources" {
				_, err = search(t, c, &assetpb.SearchAllResourcesRequest{})
			}
			want := map[fault.Kind]string{"permission_denied": permission, fault.ServiceDisabled: "cloudasset.googleapis.com"}[kind]
			if status.Code(err) != codes.PermissionDenied || !strings.Contains(fmt.Sprint(err, status.Convert(err).Details()), want) {
				t.Errorf("%s %s: %v", method, kind, err)
			}
		}
	}
	var err error
	for i := 0; i < 110 && err == nil; i++ {
		_, err = list(t, c, &assetpb.ListAssetsRequest{})
	}
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("%v", err)
	}
}
