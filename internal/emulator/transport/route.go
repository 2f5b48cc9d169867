package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// handleRoute serves a route like a gRPC method. honorMask enables partial responses.
func handleRoute(route world.Route, intercept Intercept, honorMask bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		noteMethod(r.Context(), route.Method)
		takeBody(r)
		answer, err := intercept(r.Context(), Call{route.Method, resourceOfPath(r)}, func(ctx context.Context) (any, error) {
			return route.Handle(r.WithContext(ctx))
		})
		code, body := http.StatusOK, []byte(nil)
		if err == nil {
			body, err = marshal(answer)
		}
		if err == nil && honorMask {
			body, err = selectFields(body, r.Header.Get(maskHeader), route.Answer)
		}
		if err != nil {
			code, body = errorOf(status.Convert(err), route.Method)
		}
		w.WriteHeader(code)
		_, _ = w.Write(body)
	}
}

// takeBody reads the body before any wait: net/http notices a closed connection only after the body
// is read.
func takeBody(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the handler finds the same error
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
}

func marshal(answer any) (body []byte, err error) {
	if m, ok := answer.(proto.Message); ok {
		body, err = protojson.Marshal(m)
	} else {
		body, err = json.Marshal(answer)
	}
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return body, nil
}
