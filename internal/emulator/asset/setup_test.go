package asset_test

import (
	"errors"
	"strings"
	"testing"

	asset "cloud.google.com/go/asset/apiv1"
	"cloud.google.com/go/asset/apiv1/assetpb"
	"go.uber.org/goleak"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	emulated "github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	pods  = "k8s.io/Pod"
	space = "//container.googleapis.com/projects/demo/locations/us-central1/clusters/prod/k8s/namespaces/default"
)

func serve(t *testing.T, o emulator.Options) (*emulator.Server, *asset.Client) {
	t.Helper()
	s, err := emulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, err := asset.NewClient(t.Context(), option.WithEndpoint(s.Addr()), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return s, c
}

func pod(t *testing.T, s *emulator.Server, name string) *emulated.Asset {
	t.Helper()
	data, err := structpb.NewStruct(map[string]any{"metadata": map[string]any{"name": name}})
	if err != nil {
		t.Fatal(err)
	}
	return &emulated.Asset{
		Name: space + "/pods/" + name, Type: pods, Project: "demo", Location: "us-central1", Parent: space, ParentType: "k8s.io/Namespace",
		Version: "v1", Data: data, Made: s.World().Clock(),
	}
}

// list reads all pages and returns the last part of each name.
func list(t *testing.T, c *asset.Client, r *assetpb.ListAssetsRequest) (names []string, err error) {
	t.Helper()
	if r.Parent == "" {
		r.Parent = "projects/demo"
	}
	for it := c.ListAssets(t.Context(), proto.CloneOf(r)); ; {
		a, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		names = append(names, a.GetName()[strings.LastIndex(a.GetName(), "/")+1:])
	}
}

func search(t *testing.T, c *asset.Client, r *assetpb.SearchAllResourcesRequest) (found []*assetpb.ResourceSearchResult, err error) {
	t.Helper()
	if r.Scope == "" {
		r.Scope = "projects/demo"
	}
	for it := c.SearchAllResources(t.Context(), proto.CloneOf(r)); ; {
		one, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
}
