package gcp

import (
	"context"
	"net/http"
	"time"

	"github.com/googleapis/gax-go/v2/callctx"
	"google.golang.org/api/option"
	"google.golang.org/api/option/internaloption"
	htransport "google.golang.org/api/transport/http"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// restService makes one of Google's generated REST clients. host is the first label of the API's
// address. endpoint is empty for the public address; the generated paths carry the version, so the
// endpoint does not.
func restService[T any](c *Clients, host, endpoint string, build func(context.Context, ...option.ClientOption) (T, error)) (T, error) {
	client, address, err := c.restClient(host, endpoint)
	if err != nil {
		var none T
		return none, err
	}
	client = newHTTPClient(&guard{next: client.Transport, agent: c.config.UserAgent, reply: jsonReply})
	return build(context.Background(), option.WithHTTPClient(client), option.WithEndpoint(address))
}

// restClient is the HTTP client of a REST API without our own layer on top, and its address. The
// generated clients hide the address templates (google.golang.org/api/container/v1beta1).
func (c *Clients) restClient(api, endpoint string) (*http.Client, string, error) {
	if err := c.Ready(); err != nil {
		return nil, "", err
	}
	if host := c.config.EmulatorHost; host != "" {
		return &http.Client{Transport: plainTransport()}, "http://" + host + "/", nil
	}
	opts, err := c.authenticatedOptions()
	if err != nil {
		return nil, "", err
	}
	if endpoint != "" {
		opts = append(opts, option.WithEndpoint(endpoint+"/"))
	}
	opts = append(opts, internaloption.WithDefaultEndpointTemplate("https://"+api+".UNIVERSE_DOMAIN/"),
		internaloption.WithDefaultMTLSEndpoint("https://"+api+".mtls.googleapis.com/"),
		internaloption.WithDefaultScopes(cloudPlatform), internaloption.EnableNewAuthLibrary())
	return htransport.NewClient(context.Background(), opts...)
}

// plainTransport is a separate transport, so that emulators do not share pooled connections.
func plainTransport() *http.Transport {
	return &http.Transport{ForceAttemptHTTP2: false, MaxIdleConnsPerHost: 10, IdleConnTimeout: 90 * time.Second}
}

func (c *Clients) commonOptions() []option.ClientOption {
	return []option.ClientOption{option.WithTelemetryDisabled()}
}

func (c *Clients) authenticatedOptions() ([]option.ClientOption, error) {
	creds, err := c.credentials.get(c.makeCredentials)
	if err != nil {
		return nil, err
	}
	own := *creds // each client wraps its copy anew
	opts := append(c.commonOptions(), option.WithAuthCredentials(&own))
	if c.config.RequestReason != "" { // an emulator keeps no audit log
		opts = append(opts, option.WithRequestReason(c.config.RequestReason))
	}
	if c.config.UniverseDomain != "" {
		opts = append(opts, option.WithUniverseDomain(c.config.UniverseDomain))
	}
	return opts, nil
}

// callHeaders sends the headers of callctx. Google's client for notes is older and ignores them;
// newer clients send them already.
func callHeaders(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	var headers []string
	for name, values := range callctx.HeadersFromContext(ctx) {
		for _, value := range values {
			headers = append(headers, name, value)
		}
	}
	return invoke(metadata.AppendToOutgoingContext(ctx, headers...), method, req, reply, conn, opts...)
}
