package attestation

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// demand contains the checks that an image must pass before it is attested.
type demand struct {
	clients *gcp.Clients
	image   string
	checks  []demandedCheck
	// otherwise is the result for the attestation if the image fails, for the last line of the
	// error.
	otherwise string
}

// demandedCheck is one check and the kinds of its occurrences.
type demandedCheck struct {
	at       path.Path
	check    *binaryauthorization.Check
	kinds    []string
	projects []string
	// remedy is the advice for an image that fails.
	remedy string
}

// demandOf validates and reads require, with all values known. A null require has no checks, any
// other has at least one. project is the attestation's.
func demandOf(ctx context.Context, clients *gcp.Clients, require types.Object, image, project, otherwise string) (*demand, error) {
	d := &demand{clients: clients, image: image, otherwise: otherwise}
	if require.IsNull() {
		return d, nil
	}
	r, err := requirementOf(ctx, require)
	if err != nil {
		return nil, err
	}
	if of := gcp.ProjectOfImage(image); of != "" {
		project = of
	}
	if r.Vulnerability != nil {
		check := r.Vulnerability.toAPI(project)
		d.add(demandedCheck{
			at:       path.Root(fieldRequire).AtName(fieldVulnerability),
			check:    check,
			kinds:    []string{discovery, "VULNERABILITY"},
			remedy:   fixTheImage,
			projects: check.VulnerabilityCheck.ContainerAnalysisVulnerabilityProjects,
		})
	}
	if r.SLSA != nil {
		check := r.SLSA.toAPI(project)
		var projects []string
		for _, rule := range check.SlsaCheck.Rules {
			projects = append(projects, rule.AttestationSource.ContainerAnalysisAttestationProjects...)
		}
		d.add(demandedCheck{
			at: path.Root(fieldRequire).AtName(fieldSLSA), check: check, kinds: []string{"BUILD"}, remedy: buildAnew, projects: projects,
		})
	}
	return d, nil
}

// add adds a check. Its projects become bare ids without duplicates.
func (d *demand) add(c demandedCheck) {
	ids := map[string]bool{}
	for _, project := range c.projects {
		ids[strings.TrimPrefix(project, "projects/")] = true
	}
	c.projects = slices.Sorted(maps.Keys(ids))
	d.checks = append(d.checks, c)
}

// met waits until every check has a result, and returns the failed ones. progress reports the wait;
// it may be nil.
func (d *demand) met(ctx context.Context, progress func(string)) error {
	if d == nil || len(d.checks) == 0 {
		return nil
	}
	said := ""
	err := d.clients.Await(ctx, func(ctx context.Context) (*gcp.Error, error) {
		seen := d.look(ctx)
		if failures := seen.failures(); len(failures) > 0 {
			return nil, lifecycle.ManyErrors(failures)
		}
		if seen.waiting != nil && progress != nil && seen.waiting.Message != said {
			said = seen.waiting.Message
			progress("Waiting for the vulnerability scan of " + d.image + ": " + said + ".")
		}
		return seen.waiting, nil
	})
	if _, told := errors.AsType[lifecycle.ManyErrors](err); err == nil || told {
		return err
	}
	return unfinishedScan(err)
}

// lockMet locks the attestations of the requested image, and returns the unlock function. The checks
// passed within the lock. A wait for a scan does not hold the lock.
func (d *demand) lockMet(ctx context.Context, clients *gcp.Clients, r request, progress func(string)) (unlock func(), err error) {
	for {
		unlock, err = clients.LockAttestations(ctx, r.project, r.image)
		if err != nil {
			return nil, err
		}
		if d == nil || len(d.checks) == 0 {
			return unlock, nil
		}
		seen := d.look(ctx)
		failures := seen.failures()
		if seen.waiting == nil && len(failures) == 0 {
			return unlock, nil
		}
		unlock()
		if len(failures) > 0 {
			return nil, lifecycle.ManyErrors(failures)
		}
		if err := d.met(ctx, progress); err != nil {
			return nil, err
		}
	}
}

func unfinishedScan(err error) error {
	return &lifecycle.AttributeError{Path: path.Root(fieldRequire).AtName(fieldVulnerability), Err: err}
}
