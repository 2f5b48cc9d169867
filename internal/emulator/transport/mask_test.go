package transport

import (
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func list() *containerpb.ListClustersResponse {
	return &containerpb.ListClustersResponse{
		MissingZones: []string{"us-east1-b"},
		Clusters: []*containerpb.Cluster{{
			Name: "c", Location: "us-central1", Endpoint: "203.0.113.1", ResourceLabels: map[string]string{"a": "b"},
			BinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: containerpb.BinaryAuthorization_DISABLED, Enabled: true},
		}},
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for selection, want := range map[string]string{
		"clusters(name,binaryAuthorization),missingZones": `{"clusters":[{"name":"c","binaryAuthorization":{"enabled":true,` +
			`"evaluationMode":"DISABLED"}}],"missingZones":["us-east1-b"]}`,
		"clusters.name,clusters.location":       `{"clusters":[{"name":"c","location":"us-central1"}]}`,
		"clusters/binary_authorization/enabled": `{"clusters":[{"binaryAuthorization":{"enabled":true}}]}`,
		"clusters(resourceLabels(a))":           `{"clusters":[{"resourceLabels":{"a":"b"}}]}`,
		"missing_zones":                         `{"missingZones":["us-east1-b"]}`,
		"clusters,clusters.name,missingZones":   protojson.Format(list()),
		"*":                                     protojson.Format(list()),
		"":                                      protojson.Format(list()),
	} {
		got, err := maskProto(list(), selection)
		if err != nil {
			t.Errorf("%s: %v", selection, err)
			continue
		}
		wanted := &containerpb.ListClustersResponse{}
		if err := protojson.Unmarshal([]byte(want), wanted); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got, wanted) {
			t.Errorf("%s selects %s", selection, protojson.Format(got))
		}
	}
}

func TestMaskRefuses(t *testing.T) {
	t.Parallel()
	for _, selection := range []string{
		"clusters(name", "clusters)", "clusters,,name", "nope", "clusters.nope", "clusters.name.more",
		"a b",
	} {
		if _, err := maskProto(list(), selection); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", selection, err)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, text := range []string{"a,b(c,d),e/f,g.h", "*", "a(b(c))", "a.b.c,a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole := list()
		if _, err := maskProto(whole, text); err != nil && status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", text, err)
		}
		if !proto.Equal(whole, list()) {
			t.Errorf("%q changed the message", text)
		}
	})
}
