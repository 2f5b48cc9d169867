package asset

import (
	"context"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// maxSearchPage is the maximum page size: page_size is "capped at 500 even if a larger value is
// given. If set to zero or a negative value, server will pick an appropriate default"
// (SearchAllResourcesRequest). The default is not published.
const maxSearchPage, standardSearchPage = 500, 100

func (s *service) SearchAllResources(_ context.Context, r *assetpb.SearchAllResourcesRequest) (*assetpb.SearchAllResourcesResponse, error) {
	keep, err := maskOf(r.GetReadMask())
	if err != nil {
		return nil, err
	}
	wanted, err := parseQuery(r.GetQuery())
	if err != nil {
		return nil, err
	}
	if order := strings.TrimSpace(r.GetOrderBy()); order != "" && order != "name" {
		return nil, invalid("order_by: %q is not emulated: want name.", order)
	}
	s.api.settle()
	then := s.api.newest()
	s.api.mu.Lock()
	defer s.api.mu.Unlock()
	found, err := s.api.within("scope", r.GetScope(), r.GetAssetTypes(), then)
	if err != nil {
		return nil, err
	}
	return s.api.answer(found, wanted, keep, r)
}

func (a *API) answer(found []*Asset, wanted query, keep func(*assetpb.ResourceSearchResult), r *assetpb.SearchAllResourcesRequest,
) (*assetpb.SearchAllResourcesResponse, error) {
	found = slices.DeleteFunc(found, func(x *Asset) bool { return !wanted.matches(a.result(x)) })
	asked, size := max(r.GetPageSize(), 0), standardSearchPage
	if asked > 0 {
		size = maxSearchPage
	}
	page, next, err := world.Page(a.w, found, asked, size, r.GetPageToken())
	answer := &assetpb.SearchAllResourcesResponse{NextPageToken: next}
	for _, x := range page {
		result := a.result(x)
		result.VersionedResources = []*assetpb.VersionedResource{{Version: x.Version, Resource: proto.CloneOf(x.Data)}}
		keep(result)
		answer.Results = append(answer.Results, result)
	}
	return answer, err
}

// result is the searchable form of an asset. The caller holds the lock.
func (a *API) result(x *Asset) *assetpb.ResourceSearchResult {
	r := &assetpb.ResourceSearchResult{
		Name: x.Name, AssetType: x.Type, DisplayName: id(x.Name), Location: x.Location,
		// "The granularity is in seconds."
		CreateTime:             timestamppb.New(x.Made.Truncate(time.Second)),
		ParentFullResourceName: x.Parent, ParentAssetType: x.ParentType,
	}
	for _, name := range a.ancestors(x.Project) {
		switch kind(name) {
		case "projects":
			r.Project = name
		case "folders":
			r.Folders = append(r.Folders, name)
		case "organizations":
			r.Organization = name
		}
	}
	return r
}
