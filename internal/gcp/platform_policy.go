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

// Platform policies have a REST API alone
// (https://cloud.google.com/binary-authorization/docs/reference/rest/v1/projects.platforms.policies), of which only the messages are
// linked.
const platformVersion = "v1/"

// platformAPI is for platform policies, which no gRPC API has.
func (c *Clients) platformAPI() (*restAPI, error) {
	return c.platforms.get(func() (*restAPI, error) {
		return newRESTAPI(c, "binaryauthorization", c.config.Endpoints.BinaryAuthorization)
	})
}

// PlatformPolicy reads one policy, from a list when several of the project are read.
func (c *Clients) PlatformPolicy(ctx context.Context, name resname.PlatformPolicy) (*PlatformPolicy, error) {
	return c.platformReads.Read(ctx, name.Project, name.String())
}

// FreshPlatformPolicy reads one policy as it is at this moment.
func (c *Clients) FreshPlatformPolicy(ctx context.Context, name resname.PlatformPolicy) (*PlatformPolicy, error) {
	return c.getPlatformPolicy(ctx, name.Project, name.String())
}

func (c *Clients) getPlatformPolicy(ctx context.Context, project, name string) (*PlatformPolicy, error) {
	return c.platformCall(ctx, call[*PlatformPolicy]{method: getPlatformPolicy, resource: name, project: project}, http.MethodGet, name, nil)
}

// platformPage is what one list call asks for; the server may return fewer.
const platformPage = 200

// PlatformPolicies lists the GKE policies of a project as they are now, by full name.
func (c *Clients) PlatformPolicies(ctx context.Context, project string) (map[string]*PlatformPolicy, error) {
	return c.SomePlatformPolicies(ctx, project, 0)
}

// SomePlatformPolicies is PlatformPolicies for whoever wants at most as many; 0 is no limit.
func (c *Clients) SomePlatformPolicies(ctx context.Context, project string, most int) (map[string]*PlatformPolicy, error) {
	api, err := c.platformAPI()
	if err != nil {
		return nil, err
	}
	parent, found := resname.PlatformPolicy{Project: project, Platform: resname.PlatformGKE}.Parent(), map[string]*PlatformPolicy{}
	err = restList(ctx, c, listPlatformPolicies, parent, project, func(ctx context.Context, token string) (string, bool, error) {
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

// CreatePlatformPolicy creates a policy and returns it as a read shows it: the reply of a create has no etag.
// A policy that is there already is an error of kind KindExists, unless a first try whose reply was lost made exactly it.
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

// ReplacePlatformPolicy replaces a policy if it is still the one want.Etag names. Otherwise nothing is written and the error is of kind
// KindConflict.
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

// afterPlatformWrite is the policy as a read shows it, with its etag. The reply of the write has to do where the read fails, or shows what
// somebody else has written since.
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

// DeletePlatformPolicy deletes a policy if it is still the one with the etag; "" is any. One that is gone is an error of kind KindNotFound.
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
