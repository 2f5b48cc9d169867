package gcp

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2/callctx"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// grpcOptions are the options of a gRPC client. endpoint is empty for the public address.
func (c *Clients) grpcOptions(endpoint string) ([]option.ClientOption, error) {
	if err := c.Ready(); err != nil {
		return nil, err
	}
	if host := c.config.EmulatorHost; host != "" {
		return append(c.commonOptions(), option.WithEndpoint(host), option.WithoutAuthentication(),
			option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())), option.WithGRPCDialOption(grpc.WithNoProxy())), nil
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

// restOptions are the options of a REST client. The generated paths carry the version, so the endpoint does not.
func (c *Clients) restOptions(endpoint string) ([]option.ClientOption, error) {
	if err := c.Ready(); err != nil {
		return nil, err
	}
	if host := c.config.EmulatorHost; host != "" {
		return append(c.commonOptions(), option.WithEndpoint("http://"+host+"/"), option.WithHTTPClient(&http.Client{Transport: plainTransport()})), nil
	}
	opts, err := c.authenticatedOptions()
	if err == nil && endpoint != "" {
		opts = append(opts, option.WithEndpoint(endpoint+"/"))
	}
	return opts, err
}

// plainTransport is a transport of our own, so that connections to one emulator are not pooled with those to another.
func plainTransport() *http.Transport {
	return &http.Transport{ForceAttemptHTTP2: false, MaxIdleConnsPerHost: 10, IdleConnTimeout: 90 * time.Second}
}

func (c *Clients) commonOptions() []option.ClientOption {
	return []option.ClientOption{option.WithUserAgent(c.config.UserAgent), option.WithTelemetryDisabled()}
}

func (c *Clients) authenticatedOptions() ([]option.ClientOption, error) {
	creds, err := c.credentials.get(c.makeCredentials)
	if err != nil {
		return nil, err
	}
	opts := append(c.commonOptions(), option.WithAuthCredentials(creds))
	if c.config.RequestReason != "" { // an emulator keeps no audit log, and a REST client of our own cannot have one
		opts = append(opts, option.WithRequestReason(c.config.RequestReason))
	}
	if c.config.UniverseDomain != "" {
		opts = append(opts, option.WithUniverseDomain(c.config.UniverseDomain))
	}
	return opts, nil
}

// callHeaders sends the headers of callctx. Google's client for notes is from before they were invented and ignores them; the
// others send them themselves.
func callHeaders(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	var headers []string
	for name, values := range callctx.HeadersFromContext(ctx) {
		for _, value := range values {
			headers = append(headers, name, value)
		}
	}
	return invoke(metadata.AppendToOutgoingContext(ctx, headers...), method, req, reply, conn, opts...)
}
