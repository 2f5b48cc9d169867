package gcp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// PlatformPolicy is the API's own message.
type PlatformPolicy = conformance.Policy

// Platform policies have only a REST API
// (https://cloud.google.com/binary-authorization/docs/reference/rest/v1/projects.platforms.policies).
// Of its client library, only the messages are linked.
const platformVersion = "v1/"

// platformAPI is the REST client of platform policies; no gRPC API has them.
func (c *Clients) platformAPI() (*restAPI, error) {
	return c.platforms.get(func() (*restAPI, error) {
		return newRESTAPI(c, "binaryauthorization", c.config.Endpoints.BinaryAuthorization)
	})
}

// PlatformPolicy reads one policy, or takes it from a list if several of the project are read.
func (c *Clients) PlatformPolicy(ctx context.Context, name resname.PlatformPolicy) (*PlatformPolicy, error) {
	return c.platformReads.Read(ctx, name.Project, name.String())
}

// FreshPlatformPolicy reads one policy without the list.
func (c *Clients) FreshPlatformPolicy(ctx context.Context, name resname.PlatformPolicy) (*PlatformPolicy, error) {
	return c.getPlatformPolicy(ctx, name.Project, name.String())
}

func (c *Clients) getPlatformPolicy(ctx context.Context, project, name string) (*PlatformPolicy, error) {
	return c.platformCall(ctx, call[*PlatformPolicy]{
		method:   getPlatformPolicy,
		resource: name,
		project:  project,
	}, http.MethodGet, name, nil)
}

// platformPage is the requested page size; the server may return fewer.
const platformPage = 200

// PlatformPolicies lists the present GKE policies of a project by full name.
func (c *Clients) PlatformPolicies(ctx context.Context, project string) (map[string]*PlatformPolicy, error) {
	return c.SomePlatformPolicies(ctx, project, 0)
}

// SomePlatformPolicies is PlatformPolicies with a maximum number; 0 is no limit.
func (c *Clients) SomePlatformPolicies(ctx context.Context, project string, most int) (map[string]*PlatformPolicy, error) {
	api, err := c.platformAPI()
	if err != nil {
		return nil, err
	}
	parent, found := resname.PlatformPolicy{Project: project, Platform: resname.PlatformGKE}.Parent(), map[string]*PlatformPolicy{}
	err = eachPage(ctx, c, listPlatformPolicies, parent, project, func(ctx context.Context, token string) (string, bool, error) {
		query := url.Values{"pageSize": {strconv.Itoa(platformPage)}}
		if token != "" {
			query.Set("pageToken", token)
		}
		var reply binaryauthorization.ListPlatformPoliciesResponse
		if err := api.do(ctx, http.MethodGet, platformVersion+parent+"/policies?"+query.Encode(), nil, &reply); err != nil {
			return "", false, err
		}
		for _, policy := range reply.PlatformPolicies {
			if policy != nil && (most == 0 || len(found) < most) {
				found[policy.Name] = policy
			}
		}
		return reply.NextPageToken, most == 0 || len(found) < most, nil
	})
	return found, err
}

// CreatePlatformPolicy creates a policy and returns it as a read returns it, because the reply of a
// create has no etag. An existing policy is an error of kind KindExists, unless an earlier attempt
// with a lost reply created exactly this policy.
func (c *Clients) CreatePlatformPolicy(ctx context.Context, name resname.PlatformPolicy, want *PlatformPolicy) (*PlatformPolicy, error) {
	defer c.platformReads.Wrote(name.String())
	path := name.Parent() + "/policies?" + url.Values{"policyId": {name.ID}}.Encode()
	reply, err := c.platformCall(ctx, call[*PlatformPolicy]{
		method: createPlatformPolicy, resource: name.String(), project: name.Project,
		settle: func(ctx context.Context) (*PlatformPolicy, bool, error) {
			got, err := c.FreshPlatformPolicy(ctx, name)
			return settledCreate(want, got, err, conformance.Same)
		},
	}, http.MethodPost, path, want)
	return c.afterPlatformWrite(ctx, name, reply, err)
}

// ReplacePlatformPolicy replaces a policy if want.Etag is current. Otherwise it writes nothing and
// returns an error of kind KindConflict.
func (c *Clients) ReplacePlatformPolicy(ctx context.Context, name resname.PlatformPolicy, want *PlatformPolicy) (*PlatformPolicy, error) {
	defer c.platformReads.Wrote(name.String())
	reply, err := c.platformCall(ctx, call[*PlatformPolicy]{
		method: replacePlatformPolicy, resource: name.String(), project: name.Project,
		settle: func(ctx context.Context) (*PlatformPolicy, bool, error) {
			got, err := c.FreshPlatformPolicy(ctx, name)
			return settledUpdate(want, got, err, conformance.Same)
		},
	}, http.MethodPut, name.String(), want)
	return c.afterPlatformWrite(ctx, name, reply, err)
}

// afterPlatformWrite returns the policy from a read, with its etag. It returns the reply of the
// write instead if the read fails or shows a later change.
func (c *Clients) afterPlatformWrite(
	ctx context.Context, name resname.PlatformPolicy, reply *PlatformPolicy, err error,
) (*PlatformPolicy, error) {
	if err != nil {
		return nil, err
	}
	if read, err := c.FreshPlatformPolicy(ctx, name); err == nil && conformance.Same(reply, read) {
		return read, nil
	}
	return reply, nil
}

// DeletePlatformPolicy deletes a policy if the etag is current; "" is any. A missing policy is an
// error of kind KindNotFound.
func (c *Clients) DeletePlatformPolicy(ctx context.Context, name resname.PlatformPolicy, etag string) error {
	defer c.platformReads.Wrote(name.String())
	path := name.String()
	if etag != "" {
		path += "?" + url.Values{"etag": {etag}}.Encode()
	}
	deletion := call[*PlatformPolicy]{method: deletePlatformPolicy, resource: name.String(), project: name.Project}
	_, err := c.platformCall(ctx, deletion, http.MethodDelete, path, nil)
	return err
}

// platformCall sends one request for a policy, with all attempts.
func (c *Clients) platformCall(
	ctx context.Context, k call[*PlatformPolicy], verb, path string, message *PlatformPolicy,
) (*PlatformPolicy, error) {
	api, err := c.platformAPI()
	if err != nil {
		return nil, err
	}
	k.send = func(ctx context.Context) (*PlatformPolicy, error) {
		reply := new(PlatformPolicy)
		if message == nil {
			return reply, api.do(ctx, verb, platformVersion+path, nil, reply)
		}
		return reply, api.do(ctx, verb, platformVersion+path, message, reply)
	}
	return run(ctx, c, k)
}
