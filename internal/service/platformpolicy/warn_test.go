package platformpolicy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// A policy that clusters are monitored by and that asks for less, or goes, is warned of.
func TestPlatformPolicyThatIsBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	strict := w.config(rest(`{ vulnerability_check = { maximum_fixable_severity = "LOW", maximum_unfixable_severity = "HIGH" } }, `+freshness), "")
	loose := w.config(`image_allowlist = ["gcr.io/p/**"]
	check_sets = [{ checks = [{ vulnerability_check = { maximum_fixable_severity = "HIGH", maximum_unfixable_severity = "HIGH" } }] }]`, "")
	cli := w.CLI(t, strict)
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, loose)
	if out := cli.Succeeds(t, "plan"); strings.Contains(out, "Warning") {
		t.Errorf("nothing is bound, and said was %s", out)
	}
	cluster := w.Cluster(t)
	if err := w.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, w.name.String()); err != nil {
		t.Fatal(err)
	}
	acctest.Says(t, flat(cli.Succeeds(t, "plan")), "Platform policy asks for less ("+w.name.String()+")", cluster, "image_allowlist also has gcr.io/p/**",
		"maximum_fixable_severity was LOW and becomes HIGH", "image_freshness_check (checks[1]) is gone")
	acctest.Says(t, flat(cli.Succeeds(t, "plan", "-destroy")), "Platform policy is bound to clusters ("+w.name.String()+")", cluster)
	if err := w.Emulator.Inject(fault.Fault{Method: "ListClusters", Kind: "permission_denied", Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	if out := cli.Succeeds(t, "plan"); strings.Contains(out, "Warning") {
		t.Errorf("clusters may not be listed, and said was %s", out)
	}
	cli.Succeeds(t, "destroy", "-auto-approve")
}

// flat is an output without the frame and the line ends of its warnings.
func flat(out string) string {
	return regexp.MustCompile(`\s+`).ReplaceAllString(strings.ReplaceAll(out, "│", " "), " ")
}

func TestPlatformPolicyDeletionPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	w.Run(t,
		resource.TestStep{Config: w.config(rest(freshness), `deletion_policy = "PREVENT"`)},
		resource.TestStep{Config: w.config(rest(freshness), `deletion_policy = "PREVENT"`), Destroy: true, ExpectError: regexp.MustCompile(`(?s)Destroy prevented.*deletion_policy = "PREVENT"`)},
		resource.TestStep{Config: w.config(rest(freshness), `deletion_policy = "ABANDON"`)},
	)
	if _, err := w.Clients.FreshPlatformPolicy(t.Context(), w.name); err != nil {
		t.Errorf("the policy that was to stay: %v", err)
	}
	if n := w.Calls("ReplacePlatformPolicy") + w.Calls("DeletePlatformPolicy"); n > 0 {
		t.Errorf("%d writes were sent for nothing", n)
	}
}
