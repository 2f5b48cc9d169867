package gcp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/googleapis/gax-go/v2/callctx"
	"google.golang.org/api/googleapi"
)

// restAPI calls a REST API with Google's messages but without the generated client. The linker
// keeps all methods of a client: for the one method of Cloud Logging used here, two megabytes.
type restAPI struct {
	client  *http.Client
	address string
}

func newRESTAPI(c *Clients, host, endpoint string) (*restAPI, error) {
	client, address, err := c.restClient(host, endpoint)
	if err != nil {
		return nil, err
	}
	return &restAPI{newHTTPClient(&guard{next: client.Transport, agent: c.config.UserAgent, reply: jsonReply}), address}, nil
}

// post sends a message to a path below the address and reads the answer.
func (a *restAPI) post(ctx context.Context, path string, message, answer any) error {
	return a.do(ctx, http.MethodPost, path, message, answer)
}

// do sends a request with an optional message to a path below the address, and reads the answer.
// Errors are those of Google's REST clients.
func (a *restAPI) do(ctx context.Context, verb, path string, message, answer any) (err error) {
	var body io.Reader
	if message != nil {
		text, err := json.Marshal(message)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, verb, a.address+path, body)
	if err != nil {
		return err
	}
	if message != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range callctx.HeadersFromContext(ctx) {
		for _, value := range values {
			request.Header.Add(name, value)
		}
	}
	reply, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	if err := googleapi.CheckResponse(reply); err != nil {
		return err
	}
	return json.NewDecoder(reply.Body).Decode(answer)
}
