package transport

import (
	"encoding/json"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestErrorOf(t *testing.T) {
	t.Parallel()
	for c := codes.Canceled; c <= codes.Unauthenticated; c++ {
		code, raw := errorOf(status.New(c, "text"), "google.container.v1.ClusterManager/GetCluster")
		var got struct{ Error errorBody }
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		e := got.Error
		if code != e.Code || code < 400 || e.Message != "text" || e.Status == "" || len(e.Errors) != 1 || e.Errors[0].Message != "text" {
			t.Errorf("%s becomes %d %s", c, code, raw)
		}
	}
}

func TestErrorOfDetails(t *testing.T) {
	t.Parallel()
	st, err := status.New(codes.PermissionDenied, "no").WithDetails(&errdetails.ErrorInfo{Reason: "SERVICE_DISABLED"})
	if err != nil {
		t.Fatal(err)
	}
	_, raw := errorOf(st, "grafeas.v1.Grafeas/GetNote")
	var got struct {
		Error struct {
			Errors  []errorItem
			Details []struct {
				Type   string `json:"@type"`
				Reason string
			}
		}
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if d := got.Error.Details; len(got.Error.Errors) != 0 || len(d) != 1 || d[0].Type != "type.googleapis.com/google.rpc.ErrorInfo" ||
		d[0].Reason != "SERVICE_DISABLED" {
		t.Errorf("%s", raw)
	}
}
