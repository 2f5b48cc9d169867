package probe

import (
	"context"
	"time"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func assetProbes() []Probe {
	return []Probe{
		{
			ID: "ASSET-TYPE",
			Unknown: "Only the asset types of cluster objects are supported; every other type is INVALID_ARGUMENT, like an unknown " +
				"type. An expression must match the whole type.",
			Run: func(ctx context.Context, t *Trial) {
				for _, kind := range []string{"k8s.io/Pod", "k8s.io/.*", "k8s.io/Po", "probe.googleapis.com/Nothing"} {
					t.Saw(kind, nil, t.assets(ctx, &assetpb.ListAssetsRequest{AssetTypes: []string{kind}}))
				}
			},
			Want: `
				k8s.io/Pod: OK
				k8s.io/.*: OK
				k8s.io/Po: INVALID_ARGUMENT
				probe.googleapis.com/Nothing: INVALID_ARGUMENT`,
		},
		{
			ID: "ASSET-PAGE-SIZE",
			Unknown: "A page size above 1000 in a list is INVALID_ARGUMENT. A page size above 500 in a search counts as 500, as " +
				"documented.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw("list 1001", nil, t.assets(ctx, &assetpb.ListAssetsRequest{PageSize: 1001}))
				t.Saw("search 501", nil, t.search(ctx, &assetpb.SearchAllResourcesRequest{PageSize: 501}))
			},
			Want: `
				list 1001: INVALID_ARGUMENT
				search 501: OK`,
		},
		{
			ID:      "ASSET-READ-TIME",
			Unknown: "A requested read time can be up to 35 days in the past, and not in the future.",
			Run: func(ctx context.Context, t *Trial) {
				for _, c := range []struct {
					step string
					ago  time.Duration
				}{{"34 days ago", 34 * 24 * time.Hour}, {"36 days ago", 36 * 24 * time.Hour}, {"tomorrow", -48 * time.Hour}} {
					t.Saw(c.step, nil, t.assets(ctx, &assetpb.ListAssetsRequest{ReadTime: timestamppb.New(time.Now().Add(-c.ago))}))
				}
			},
			Want: `
				34 days ago: OK
				36 days ago: INVALID_ARGUMENT
				tomorrow: INVALID_ARGUMENT`,
		},
		{
			ID:      "ASSET-FOLDER",
			Unknown: "A folder or organization without any content is PERMISSION_DENIED.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw("a folder", nil, t.assets(ctx, &assetpb.ListAssetsRequest{Parent: "folders/1"}))
				t.Saw("an organization", nil, t.search(ctx, &assetpb.SearchAllResourcesRequest{Scope: "organizations/1"}))
			},
			Want: `
				a folder: PERMISSION_DENIED
				an organization: PERMISSION_DENIED`,
		},
		{
			ID: "ASSET-SEARCH-QUERY",
			Unknown: "Queries of a search are exact comparisons of name, displayName, location, project (by number) and " +
				"parentFullResourceName. Everything else is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				for _, query := range []string{`location=us-central1-a`, `name:probe`, `probe`, `NOT location=us-central1-a`, `nothing=1`} {
					t.Saw(query, nil, t.search(ctx, &assetpb.SearchAllResourcesRequest{Query: query}))
				}
			},
			Want: `
				location=us-central1-a: OK
				name:probe: INVALID_ARGUMENT
				probe: INVALID_ARGUMENT
				NOT location=us-central1-a: INVALID_ARGUMENT
				nothing=1: INVALID_ARGUMENT`,
		},
		{
			ID:      "ASSET-SEARCH-ORDER",
			Unknown: "A search accepts only the order by name. Every other order is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				for _, order := range []string{"name", "name DESC", "createTime"} {
					t.Saw(order, nil, t.search(ctx, &assetpb.SearchAllResourcesRequest{OrderBy: order}))
				}
			},
			Want: `
				name: OK
				name DESC: INVALID_ARGUMENT
				createTime: INVALID_ARGUMENT`,
		},
		{
			ID:      "ASSET-RELATIONSHIPS",
			Unknown: "Relationship types without the content type RELATIONSHIP are INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw("list", nil, t.assets(ctx, &assetpb.ListAssetsRequest{RelationshipTypes: []string{"INSTANCE_TO_INSTANCEGROUP"}}))
			},
			Want: `list: INVALID_ARGUMENT`,
		},
	}
}

// assets requests one page of a list and ignores its content.
func (t *Trial) assets(ctx context.Context, r *assetpb.ListAssetsRequest) error {
	if r.GetParent() == "" {
		r.Parent = t.Parent()
	}
	if r.GetPageSize() == 0 {
		r.PageSize = 1
	}
	if r.GetAssetTypes() == nil {
		r.AssetTypes = []string{"k8s.io/Pod"}
	}
	_, err := t.Assets.ListAssets(ctx, r).Next()
	return atEnd(err)
}

func (t *Trial) search(ctx context.Context, r *assetpb.SearchAllResourcesRequest) error {
	if r.GetScope() == "" {
		r.Scope = t.Parent()
	}
	if r.GetPageSize() == 0 {
		r.PageSize = 1
	}
	r.AssetTypes = []string{"k8s.io/Pod"}
	_, err := t.Assets.SearchAllResources(ctx, r).Next()
	return atEnd(err)
}
