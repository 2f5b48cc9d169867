package asset

import (
	"context"
	"regexp"
	"slices"
	"time"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Limits of ListAssetsRequest.
const (
	standardPage = 100
	maxPage      = 1000
	memory       = 35 * 24 * time.Hour
)

// service is google.cloud.asset.v1.AssetService.
type service struct {
	assetpb.UnimplementedAssetServiceServer
	api *API
}

func (s *service) ListAssets(_ context.Context, r *assetpb.ListAssetsRequest) (*assetpb.ListAssetsResponse, error) {
	if err := checkList(r); err != nil {
		return nil, err
	}
	s.api.settle()
	then, err := s.api.readTime(r.GetReadTime())
	if err != nil {
		return nil, err
	}
	s.api.mu.Lock()
	defer s.api.mu.Unlock()
	found, err := s.api.within("parent", r.GetParent(), r.GetAssetTypes(), then)
	if err != nil {
		return nil, err
	}
	size := standardPage
	if r.GetPageSize() > 0 {
		size = maxPage
	}
	page, next, err := world.Page(s.api.w, found, r.GetPageSize(), size, r.GetPageToken())
	if err != nil {
		return nil, err
	}
	answer := &assetpb.ListAssetsResponse{ReadTime: timestamppb.New(then), NextPageToken: next}
	for _, x := range page {
		answer.Assets = append(answer.Assets, s.api.listed(x, r.GetContentType()))
	}
	return answer, nil
}

func checkList(r *assetpb.ListAssetsRequest) error {
	switch {
	case r.GetPageSize() < 0 || r.GetPageSize() > maxPage:
		return invalid("page_size must be between 1 and %d, not %d.", maxPage, r.GetPageSize())
	case len(r.GetRelationshipTypes()) > 0:
		return invalid("relationship_types can be specified with the content type RELATIONSHIP only.")
	case r.GetContentType() != assetpb.ContentType_CONTENT_TYPE_UNSPECIFIED && r.GetContentType() != assetpb.ContentType_RESOURCE:
		return status.Errorf(codes.Unimplemented, "The content type %s is not emulated.", r.GetContentType())
	}
	return nil
}

func (a *API) settle() {
	if a.Settle != nil {
		a.Settle()
	}
}

// readTime is the time of the listed state: the requested time, limited by the inventory's delay.
func (a *API) readTime(asked *timestamppb.Timestamp) (time.Time, error) {
	newest := a.newest()
	if asked == nil {
		return newest, nil
	}
	now, then := a.w.Clock().UTC(), asked.AsTime()
	if then.After(now) || then.Before(now.Add(-memory)) {
		return then, invalid("read_time must be between the current time and 35 days before it.")
	}
	if then.After(newest) {
		then = newest
	}
	return then, nil
}

// within returns the assets of some types in a project, folder or organization at a time, by name.
// The caller holds the lock.
func (a *API) within(field, name string, types []string, then time.Time) (found []*Asset, err error) {
	scope, err := a.scope(field, name)
	if err != nil {
		return nil, err
	}
	wanted, err := typesOf(types)
	if err != nil {
		return nil, err
	}
	for _, x := range a.assets {
		if x.at(then) && wanted(x.Type) && slices.Contains(a.ancestors(x.Project), scope) {
			found = append(found, x)
		}
	}
	return found, nil
}

// supported are the asset types a request can name: only those of clusters. All but pods are empty.
var supported = []string{
	"k8s.io/Pod", "k8s.io/Node", "k8s.io/Namespace", "k8s.io/Service", "k8s.io/ServiceAccount", "apps.k8s.io/Deployment",
	"apps.k8s.io/DaemonSet", "apps.k8s.io/ReplicaSet", "apps.k8s.io/StatefulSet", "batch.k8s.io/Job", "batch.k8s.io/CronJob",
	"container.googleapis.com/Cluster", "container.googleapis.com/NodePool",
}

// typesOf reads the expressions of asset_types. Each must match a whole type name.
func typesOf(expressions []string) (wanted func(string) bool, err error) {
	var forms []*regexp.Regexp
	for _, e := range expressions {
		form, err := regexp.Compile(`^(?:` + e + `)$`)
		if err != nil || !slices.ContainsFunc(supported, form.MatchString) {
			return nil, invalid("asset_types: %q matches no supported asset type.", e)
		}
		forms = append(forms, form)
	}
	return func(name string) bool {
		return len(forms) == 0 || slices.ContainsFunc(forms, func(f *regexp.Regexp) bool { return f.MatchString(name) })
	}, nil
}

// listed is an asset in a list; without a content type it has only name and type.
func (a *API) listed(x *Asset, content assetpb.ContentType) *assetpb.Asset {
	if content != assetpb.ContentType_RESOURCE {
		return &assetpb.Asset{Name: x.Name, AssetType: x.Type}
	}
	return &assetpb.Asset{
		Name: x.Name, AssetType: x.Type, Ancestors: a.ancestors(x.Project), UpdateTime: timestamppb.New(x.Made),
		Resource: &assetpb.Resource{Version: x.Version, Parent: x.Parent, Data: proto.CloneOf(x.Data), Location: x.Location},
	}
}
