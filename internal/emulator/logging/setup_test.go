package logging_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	logging "cloud.google.com/go/logging/apiv2"
	"cloud.google.com/go/logging/apiv2/loggingpb"
	"go.uber.org/goleak"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/genproto/googleapis/cloud/audit"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const dryRun, breakGlass = "imagepolicywebhook.image-policy.k8s.io/dry-run", "imagepolicywebhook.image-policy.k8s.io/break-glass"

// noon is when the first entry of a test was written.
var noon = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)

// serve starts an emulator and Google's own client of it.
func serve(t *testing.T, o emulator.Options) (*emulator.Server, *logging.Client) {
	t.Helper()
	s, err := emulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, err := logging.NewClient(t.Context(), option.WithEndpoint(s.Addr()), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return s, c
}

// event is the i-th audit entry of a test, written i minutes after noon.
func event(t *testing.T, i int, change func(*loggingpb.LogEntry, *audit.AuditLog)) *loggingpb.LogEntry {
	t.Helper()
	e := &loggingpb.LogEntry{
		LogName: "projects/demo/logs/cloudaudit.googleapis.com%2Factivity", InsertId: fmt.Sprint("e", i),
		Timestamp: timestamppb.New(noon.Add(time.Duration(i) * time.Minute)),
		Resource: &monitoredres.MonitoredResource{Type: "k8s_cluster", Labels: map[string]string{
			"cluster_name": "prod", "location": "us-central1", "project_id": "demo",
		}},
	}
	log := &audit.AuditLog{
		ServiceName: "k8s.io", MethodName: "io.k8s.core.v1.pods.create",
		Request: object(t, map[string]any{
			"kind": "Pod",
			"spec": map[string]any{"containers": []any{map[string]any{"image": fmt.Sprint("nginx:", i)}}},
		}),
	}
	if change != nil {
		change(e, log)
	}
	packed, err := anypb.New(log)
	if err != nil {
		t.Fatal(err)
	}
	e.Payload = &loggingpb.LogEntry_ProtoPayload{ProtoPayload: packed}
	return e
}

func object(t *testing.T, m map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// list reads all pages and returns the insert ids.
func list(t *testing.T, c *logging.Client, r *loggingpb.ListLogEntriesRequest) (ids []string, err error) {
	t.Helper()
	if r.ResourceNames == nil {
		r.ResourceNames = []string{"projects/demo"}
	}
	for it := c.ListLogEntries(t.Context(), proto.CloneOf(r)); ; {
		e, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return ids, nil
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, e.GetInsertId())
	}
}

func refused(t *testing.T, what string, err error) {
	t.Helper()
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("%s: %v", what, err)
	}
}
