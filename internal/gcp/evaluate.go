package gcp

import (
	"context"
	"encoding/json"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/api/googleapi"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Evaluation is the API's own message: the result of a platform policy for pods.
type Evaluation = binaryauthorization.EvaluateGkePolicyResponse

// EvaluatePlatformPolicy evaluates the stored policy for a Kubernetes object in JSON. It changes
// nothing. A missing policy is an error of kind KindNotFound, an object refused by the service one
// of kind KindInvalid.
// https://cloud.google.com/binary-authorization/docs/reference/rest/v1/projects.platforms.gke.policies/evaluate
func (c *Clients) EvaluatePlatformPolicy(ctx context.Context, name resname.PlatformPolicy, resource json.RawMessage) (*Evaluation, error) {
	api, err := c.platformAPI()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*Evaluation]{
		method: evaluatePlatformPolicy, resource: name.String(), project: name.Project,
		send: func(ctx context.Context) (*Evaluation, error) {
			message, reply := binaryauthorization.EvaluateGkePolicyRequest{Resource: googleapi.RawMessage(resource)}, new(Evaluation)
			return reply, api.post(ctx, platformVersion+name.String()+":evaluate", message, reply)
		},
	})
}
