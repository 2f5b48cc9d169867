package binauthz

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func (a *API) createPlatform(r *http.Request) (any, error) {
	n, err := platformName(r, r.URL.Query().Get("policyId"))
	if err != nil {
		return nil, err
	}
	p, err := readPlatform(r)
	if err == nil {
		err = acceptPlatform(n, p)
	}
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.platform[a.platformKey(n)] != nil {
		return nil, errExists
	}
	return a.storePlatform(n, p), nil
}

// storePlatform saves a policy and returns the reply to the write, without etag.
func (a *API) storePlatform(n resname.PlatformPolicy, p *binaryauthorization.PlatformPolicy) *binaryauthorization.PlatformPolicy {
	n.Project = a.world.ProjectID(n.Project)
	p.Name = n.String()
	p.UpdateTime = a.world.Now().AsTime().Format(time.RFC3339Nano)
	p.Etag = a.newEtag(p.Name)
	a.platform[a.platformKey(n)] = p
	reply := *p
	reply.Etag = ""
	return &reply
}

func (a *API) getPlatform(r *http.Request) (any, error) {
	n, err := platformName(r, r.PathValue("policy"))
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if p := a.platform[a.platformKey(n)]; p != nil {
		return p, nil
	}
	return nil, errNotFound
}

func (a *API) replacePlatform(r *http.Request) (any, error) {
	n, err := platformName(r, r.PathValue("policy"))
	if err != nil {
		return nil, err
	}
	p, err := readPlatform(r)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	current := a.platform[a.platformKey(n)]
	if current == nil {
		return nil, errNotFound
	}
	if err := acceptPlatform(n, p); err != nil {
		return nil, err
	}
	if err := checkEtag(p.Etag, current.Etag); err != nil {
		return nil, err
	}
	return a.storePlatform(n, p), nil
}

func (a *API) deletePlatform(r *http.Request) (any, error) {
	n, err := platformName(r, r.PathValue("policy"))
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	current := a.platform[a.platformKey(n)]
	if current == nil {
		return nil, errNotFound
	}
	if err := checkEtag(r.URL.Query().Get("etag"), current.Etag); err != nil {
		return nil, err
	}
	delete(a.platform, a.platformKey(n))
	return struct{}{}, nil
}

func (a *API) listPlatform(r *http.Request) (any, error) {
	n, err := platformName(r, "any")
	if err != nil {
		return nil, err
	}
	size, err := pageSize(r)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	page, next, err := world.Page(a.world, a.platformsOf(n), size, listPage, r.URL.Query().Get("pageToken"))
	if err != nil {
		return nil, err
	}
	return &binaryauthorization.ListPlatformPoliciesResponse{PlatformPolicies: page, NextPageToken: next}, nil
}

func pageSize(r *http.Request) (int32, error) {
	text := r.URL.Query().Get("pageSize")
	if text == "" {
		return 0, nil
	}
	size, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, invalid("Invalid value at 'page_size' (TYPE_INT32), \"%s\"", text)
	}
	return int32(size), nil
}

// platformsOf lists the policies of the project and platform in n by name.
func (a *API) platformsOf(n resname.PlatformPolicy) (found []*binaryauthorization.PlatformPolicy) {
	n.ID = ""
	for key, p := range a.platform {
		if strings.HasPrefix(key, a.platformKey(n)) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(x, y *binaryauthorization.PlatformPolicy) int { return strings.Compare(x.Name, y.Name) })
	return found
}
