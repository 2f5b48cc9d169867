package gcp

import (
	"context"
	"sync"

	"google.golang.org/grpc"
)

type moduleKey struct{}

// WithModule adds the name of a module to the user agent of calls under ctx.
func WithModule(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, moduleKey{}, name)
}

// agentOf is the user agent of a call: the provider's, and the module's if there is one.
func agentOf(ctx context.Context, agent string) string {
	if module, ok := ctx.Value(moduleKey{}).(string); ok && module != "" {
		return agent + " " + module
	}
	return agent
}

// agents are additional connections of one gRPC client, one for each user agent: in gRPC, it
// belongs to a connection, not to a call.
type agents struct {
	clients *Clients
	dial    func(agent string) (*grpc.ClientConn, error)

	mu    sync.Mutex
	conns map[string]*grpc.ClientConn
}

// invoke must be the last interceptor: its own calls have none.
func (a *agents) invoke(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	agent := agentOf(ctx, a.clients.config.UserAgent)
	if agent == a.clients.config.UserAgent {
		return invoke(ctx, method, req, reply, conn, opts...)
	}
	other, err := a.of(agent)
	if err != nil {
		return err
	}
	return other.Invoke(ctx, method, req, reply, opts...)
}

func (a *agents) of(agent string) (*grpc.ClientConn, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if conn := a.conns[agent]; conn != nil {
		return conn, nil
	}
	conn, err := a.dial(agent)
	if err != nil {
		return nil, err
	}
	if a.conns == nil {
		a.conns = map[string]*grpc.ClientConn{}
	}
	a.conns[agent] = conn
	a.clients.moduleConns.add(conn)
	return conn, nil
}

// connections are the connections to close next to those of the clients.
type connections struct {
	mu  sync.Mutex
	all []*grpc.ClientConn
}

func (c *connections) add(conn *grpc.ClientConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, conn)
}
