package platformpolicy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// freshOnly returns a policy with a limit of 30 days for the age of images. images have to conform.
func freshOnly(t *testing.T, description string, images ...string) *model {
	t.Helper()
	policy, err := objectValue(policyType, map[string]any{"checkSets": []any{map[string]any{"checks": []any{
		map[string]any{"imageFreshnessCheck": map[string]any{"maxUploadAgeDays": float64(30)}},
	}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	of, _ := mustConform.NestedObject.Type().(types.ObjectType)
	var all []attr.Value
	for _, image := range images {
		null := types.StringNull()
		all = append(all, types.ObjectValueMust(of.AttrTypes, map[string]attr.Value{
			"image": types.StringValue(image), "manifest": null, "namespace": null, "service_account": null,
		}))
	}
	m := &model{MustConform: types.ListValueMust(of, all), DeletionPolicy: types.StringValue(deletionDelete)}
	m.Project, m.Name, m.ID = types.StringValue("demo"), types.StringValue("fresh"),
		types.StringValue("projects/demo/platforms/gke/policies/fresh")
	m.Description, m.GKEPolicy = types.StringValue(description), policy
	return m
}

// TestConformanceIsCheckedRightBeforeTheWrite: Terraform plans once more before an apply. The write
// itself detects later changes.
func TestConformanceIsCheckedRightBeforeTheWrite(t *testing.T) {
	t.Parallel()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	clients := gcp.New(gcp.Config{Project: "demo", EmulatorHost: server.Addr(), Pause: time.Millisecond})
	writes := func() (n int) {
		for name, calls := range server.Calls() {
			if strings.HasSuffix(name, "/CreatePlatformPolicy") || strings.HasSuffix(name, "/ReplacePlatformPolicy") {
				n += calls
			}
		}
		return n
	}
	image := func(n int) string { return fmt.Sprintf("us-docker.pkg.dev/demo/prod/web@sha256:%064x", n) }
	upload := func(n int, ago time.Duration) {
		if err := server.Artifacts().Put(artifactregistry.Image{URI: image(n), UploadTime: time.Now().Add(-ago)}); err != nil {
			t.Fatal(err)
		}
	}
	upload(0, time.Hour)
	upload(1, 1000*time.Hour)
	upload(2, 1000*time.Hour)
	at := func(m, prior *model) *change {
		return &change{Model: m, Prior: prior, Clients: clients, Diags: new(diag.Diagnostics)}
	}
	refused := func(err error, lines ...string) {
		t.Helper()
		of, ok := errors.AsType[*lifecycle.AttributeError](err)
		if !ok || !of.Path.Equal(path.Root("must_conform").AtListIndex(1)) {
			t.Fatalf("%v", err)
		}
		for _, line := range append(lines, "nothing was written.") {
			if !strings.Contains(err.Error(), line) {
				t.Errorf("%q is not in %v", line, err)
			}
		}
	}
	refused(create(t.Context(), at(freshOnly(t, "", image(0), image(1), image(2)), nil)), "must_conform[1]", image(1), "must_conform[2]",
		image(2))
	made := freshOnly(t, "", image(0))
	if err := create(t.Context(), at(made, nil)); err != nil || writes() != 1 {
		t.Fatalf("%v, %d writes", err, writes())
	}
	refused(update(t.Context(), at(freshOnly(t, "", image(0), image(1)), made)), image(1))
	upload(0, 1000*time.Hour)
	if err := update(t.Context(), at(freshOnly(t, "new", image(0)), made)); err == nil ||
		!strings.Contains(err.Error(), "nothing was written") {
		t.Error(err)
	}
	// If neither the policy nor the images change, nothing is refused.
	if err := update(t.Context(), at(freshOnly(t, "", image(0)), made)); err != nil {
		t.Error(err)
	}
	if n := writes(); n != 1 {
		t.Errorf("%d writes", n)
	}
}

// TestAnOutageKeepsThePolicyFromBeingWritten: if a transient fault prevents a check, the apply
// writes nothing. A permanent fault is only a doubt, and the apply writes.
func TestAnOutageKeepsThePolicyFromBeingWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  fault.Fault
		writes int
	}{
		"outage":        {fault.Fault{Kind: "unavailable", Count: fault.Forever}, 0},
		"quota":         {fault.Fault{Kind: "resource_exhausted", Count: fault.Forever}, 0},
		"short":         {fault.Fault{Kind: "unavailable", Count: 2}, 1},
		"no permission": {fault.Fault{Kind: "permission_denied", Count: fault.Forever}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := emulator.Start(emulator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			image := fmt.Sprintf("us-docker.pkg.dev/demo/prod/web@sha256:%064x", 1)
			if err := server.Artifacts().Put(artifactregistry.Image{URI: image, UploadTime: time.Now()}); err != nil {
				t.Fatal(err)
			}
			c.fault.Method = "GetDockerImage"
			if err := server.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			if c.writes == 0 {
				limited, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
				ctx = limited
			}
			policy := freshOnly(t, "", image)
			want, err := policy.toAPI()
			if err != nil {
				t.Fatal(err)
			}
			clients := gcp.New(gcp.Config{Project: "demo", EmulatorHost: server.Addr(), Pause: time.Millisecond})
			err = checkConformance(ctx, &change{Model: policy, Clients: clients, Diags: new(diag.Diagnostics)}, want)
			of, refused := errors.AsType[*lifecycle.AttributeError](err)
			switch {
			case c.writes > 0 && err != nil:
				t.Error(err)
			case c.writes == 0 && !refused:
				t.Errorf("%v", err)
			case c.writes == 0 && !(of.Path.Equal(path.Root("must_conform").AtListIndex(0)) &&
				strings.Contains(err.Error(), "nothing was written") &&
				strings.Contains(err.Error(), "Run again") && strings.Contains(err.Error(), image)):
				t.Errorf("%v at %s", err, of.Path)
			}
		})
	}
}

// hurried records the deadline of the evidence.
type hurried struct {
	conformance.Evidence

	by time.Time
}

func (h *hurried) Uploaded(ctx context.Context, _ string) (time.Time, error) {
	h.by, _ = ctx.Deadline()
	return time.Now(), nil
}

func TestAJudgementHasOneTimeLimit(t *testing.T) {
	t.Parallel()
	image := fmt.Sprintf("us-docker.pkg.dev/demo/prod/web@sha256:%064x", 1)
	policy, err := freshOnly(t, "", image).toAPI()
	if err != nil {
		t.Fatal(err)
	}
	h := &hurried{}
	pods := []workload.Pod{{Containers: []workload.Container{{Image: image}}}}
	found := judgeAll(t.Context(), h, &outlook{strict: policy, lenient: policy}, []wanted{{path.Root("must_conform").AtListIndex(0), pods}})
	if left := time.Until(h.by); len(found) != 1 || h.by.IsZero() || left > judgementLimit || left < judgementLimit-time.Minute {
		t.Errorf("the limit is in %v", left)
	}
}
