package transport

import (
	"context"
	"net"
)

type connKey struct{}

// WithConn passes the connection of a request to its calls; for http.Server.ConnContext.
func WithConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// Drop resets the TCP connection of ctx's call, with all other calls on it.
func Drop(ctx context.Context) {
	c, ok := ctx.Value(connKey{}).(net.Conn)
	if !ok {
		return
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = c.Close()
}
