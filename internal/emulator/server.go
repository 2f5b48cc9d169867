package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/transport"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Server is a running emulator. Use Start. It is safe for concurrent use.
type Server struct {
	*services
	gate     *gate
	listener net.Listener
	http     *http.Server
	grpc     *grpc.Server
	cancel   context.CancelFunc
	inFlight inFlight
	served   chan struct{}
	close    sync.Once
}

// Start listens, and returns once the server answers calls. Close the server afterwards. Errors: an
// unusable address, an invalid name or fault.
func Start(o Options) (*Server, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	address := o.Listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	if s.listener, err = net.Listen("tcp", address); err != nil {
		s.cancel()
		return nil, fmt.Errorf("start the emulator: %w", err)
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(s.listener) // always an error, and after Close the expected one
	}()
	return s, nil
}

func newServer(o Options) (*Server, error) {
	w := world.New()
	w.OperationTime, w.PageSize, w.Locations = o.OperationTime, o.PageSize, o.Locations
	s := &Server{services: newServices(w), served: make(chan struct{})}
	s.gate = &gate{world: w, latency: o.Latency, calls: map[string]int{}, struck: map[string]int{}}
	if o.Quota {
		s.gate.quota = newQuota(w)
	}
	if err := s.seed(o); err != nil {
		return nil, err
	}
	for _, f := range o.Faults {
		if err := s.Inject(f); err != nil {
			return nil, optionError("fault", f.String(), err)
		}
	}
	return s, s.wire(o)
}

// wire connects the APIs with HTTP.
func (s *Server) wire(o Options) error {
	s.grpc = transport.NewGRPC(s.gate.intercept, !o.IgnoreFieldMasks)
	s.register(s.grpc)
	rest, err := transport.NewREST(s.grpc, s.routes(), s.gate.intercept, !o.IgnoreFieldMasks)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.http = &http.Server{
		Handler:     s.inFlight.track(transport.NewHandler(s.grpc, rest)),
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: transport.WithConn,
		Protocols:   new(http.Protocols),
		// Without it, a client with unfinished headers would keep a connection forever.
		ReadHeaderTimeout: time.Minute,
	}
	s.http.Protocols.SetHTTP1(true)
	s.http.Protocols.SetUnencryptedHTTP2(true)
	return nil
}

// Addr is where the server listens, as host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends every call and connection and waits until all work of the server has ended. A second
// Close has no effect.
func (s *Server) Close() error {
	var err error
	s.close.Do(func() {
		s.cancel()
		err = s.http.Close()
		<-s.served
		s.inFlight.wait()
		s.grpc.Stop()
	})
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
