package gcp

import (
	"context"
	"strings"

	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// connected is the common interface of Google's gRPC clients.
type connected interface{ Connection() *grpc.ClientConn }

// grpcClient makes one of Google's gRPC clients. endpoint is empty for the public address.
func grpcClient[T connected](
	c *Clients, endpoint string, build func(context.Context, ...option.ClientOption) (T, error), more ...grpc.UnaryClientInterceptor,
) (T, error) {
	var none T
	if err := c.Ready(); err != nil {
		return none, err
	}
	others := &agents{clients: c, dial: func(agent string) (*grpc.ClientConn, error) {
		client, err := dial(c, endpoint, agent, build)
		if err != nil {
			return nil, err
		}
		return client.Connection(), nil
	}}
	return dial(c, endpoint, c.config.UserAgent, build, append(more, onlyReplies, onlyOnePage, others.invoke)...)
}

func dial[T connected](
	c *Clients, endpoint, agent string, build func(context.Context, ...option.ClientOption) (T, error),
	around ...grpc.UnaryClientInterceptor,
) (T, error) {
	opts, err := c.grpcOptions(endpoint)
	if err != nil {
		var none T
		return none, err
	}
	opts = append(opts, option.WithUserAgent(agent))
	if len(around) > 0 {
		opts = append(opts, option.WithGRPCDialOption(grpc.WithChainUnaryInterceptor(around...)))
	}
	return build(context.Background(), opts...)
}

func (c *Clients) grpcOptions(endpoint string) ([]option.ClientOption, error) {
	if host := c.config.EmulatorHost; host != "" {
		return append(c.commonOptions(), option.WithEndpoint(host), option.WithoutAuthentication(),
			option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
			option.WithGRPCDialOption(grpc.WithNoProxy())), nil
	}
	opts, err := c.authenticatedOptions()
	if err == nil && endpoint != "" {
		host := strings.TrimPrefix(endpoint, "https://")
		if !strings.Contains(host, ":") {
			host += ":443"
		}
		opts = append(opts, option.WithEndpoint(host))
	}
	return opts, err
}
