package transport

import (
	"net/http"
	"strings"

	"google.golang.org/grpc"
)

// NewHandler serves gRPC and REST on one address. The content type decides.
func NewHandler(server *grpc.Server, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			server.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}
