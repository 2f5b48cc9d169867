package platformpolicy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestPlatformPolicyThatIsBound: the plan warns if it weakens or destroys a policy bound to
// clusters.
func TestPlatformPolicyThatIsBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	const scan = `{ vulnerability_check = { maximum_fixable_severity = "LOW", maximum_unfixable_severity = "HIGH" } }`
	strict := w.config(rest(scan+", "+freshness), "")
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
	acctest.Says(t, flat(cli.Succeeds(t, "plan")), "Platform policy is weakened ("+w.name.String()+")", cluster,
		"image_allowlist also has gcr.io/p/**",
		"maximum_fixable_severity was LOW and becomes HIGH", "image_freshness_check (checks[1]) is gone")
	acctest.Says(t, flat(cli.Succeeds(t, "plan", "-destroy")), "Platform policy is bound to clusters ("+w.name.String()+")", cluster)
	// Without permission, the plan says that clusters were not checked, but only if it matters.
	w.inject(fault.Fault{Method: "ListClusters", Kind: "permission_denied", Count: fault.Forever})
	const notChecked = "Could not check for bound clusters"
	acctest.Says(t, flat(cli.Succeeds(t, "plan")), notChecked+" ("+w.name.String()+")", "This plan weakens the policy",
		"image_freshness_check (checks[1]) is gone", "container.clusters.list")
	cli.Write(t, w.config(rest(scan+", "+freshness), `description = "new"`))
	quiet(t, cli.Succeeds(t, "plan"))
	acctest.Says(t, flat(cli.Succeeds(t, "destroy", "-auto-approve")), notChecked+" ("+w.name.String()+")",
		"The destroy deletes the policy", "container.clusters.list")
}

// TestPlatformPolicyInMissingZones: GKE can omit zones from a list of clusters. The plan names them.
func TestPlatformPolicyInMissingZones(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(rest(freshness), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	cluster := w.Cluster(t)
	name, err := resname.ParseCluster(cluster, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, w.name.String()); err != nil {
		t.Fatal(err)
	}
	cli.Write(t, w.config(rest(""), ""))
	const gone, notChecked = "image_freshness_check (checks[0]) is gone", "Could not check for bound clusters"
	for zone, says := range map[string][2][]string{
		"europe-north1-a": {{"Platform policy is weakened", cluster, gone}, {"Platform policy is bound to clusters", cluster}},
		name.Location:     {{notChecked, "!" + cluster, gone}, {notChecked, "!" + cluster}},
	} {
		w.Emulator.GKE().SetMissingZones(w.Project, zone)
		missing := "were not checked, because GKE had no answer for them: " + zone + "."
		acctest.Says(t, flat(cli.Succeeds(t, "plan")), append(says[0], missing)...)
		acctest.Says(t, flat(cli.Succeeds(t, "plan", "-destroy")), append(says[1], missing)...)
	}
}

// late is a value that is unknown until the apply.
func late(input string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"late\" {\n  input = %q\n}\n", input)
}

// TestWeakeningBesideUnknownValues: the plan names the known weakenings beside unknown values.
func TestWeakeningBesideUnknownValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	directory := func(pattern string) string {
		return "{ trusted_directory_check = { trusted_dir_patterns = [" + pattern + "] } }"
	}
	inShop := func(checks string) string {
		return `check_sets = [{ scope = { kubernetes_namespace = "shop" }, checks = [` + checks + `] }, { checks = [` + freshness + `] }]`
	}
	cli := w.CLI(t, w.config(inShop(directory(`"gcr.io/p"`)+", "+freshness), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	if err := w.Emulator.GKE().SetBinaryAuthorization(w.Cluster(t), gcp.ModeBindings, w.name.String()); err != nil {
		t.Fatal(err)
	}
	const weakened, output = "Platform policy is weakened", "terraform_data.late.output"
	older := strings.Replace(freshness, "30", "60", 1)
	inRest := func(set string) string { return "check_sets = [" + set + ", { checks = [" + older + "] }]" }
	for name, c := range map[string]struct {
		policy string
		says   []string
	}{
		"a check": {
			inShop(directory(output) + ", " + older),
			[]string{
				weakened, "namespace shop: image_freshness_check (checks[1]): max_upload_age_days was 30 and becomes 60",
				"!trusted_directory_check (checks",
			},
		},
		"the scope of a set": {
			inRest("{ scope = { kubernetes_namespace = " + output + " }, checks = [] }"),
			[]string{weakened, "everything else: image_freshness_check (checks[0]): max_upload_age_days was 30", "!shop: "},
		},
		"an allowlist": {
			"image_allowlist = [" + output + `, "gcr.io/p/**"]` + "\n" + inShop(directory(`"gcr.io/p"`)+", "+freshness),
			[]string{weakened, "image_allowlist also has gcr.io/p/**", "!was"},
		},
		"all check sets": {"check_sets = [for n in [" + output + "] : { checks = [] } if n == \"x\"]", []string{"!" + weakened}},
	} {
		cli.Write(t, late("gcr.io/q")+w.config(c.policy, ""))
		t.Log(name)
		acctest.Says(t, flat(cli.Succeeds(t, "plan")), c.says...)
	}
}

// TestPlatformPolicyOfUnknownName: a name that is not known yet replaces the policy, so the plan
// checks the destroy.
func TestPlatformPolicyOfUnknownName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	renamed := func(more string) string {
		body := w.config(rest(freshness), more)
		return late("other") + strings.Replace(body, fmt.Sprintf("%q", w.name.ID), "terraform_data.late.output", 1)
	}
	const prevent = `deletion_policy = "PREVENT"`
	cli := w.CLI(t, w.config(rest(freshness), prevent))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, renamed(prevent))
	cli.Fails(t, "Destroy prevented", "plan")
	cli.Write(t, w.config(rest(freshness), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	cluster := w.Cluster(t)
	if err := w.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeBindings, w.name.String()); err != nil {
		t.Fatal(err)
	}
	cli.Write(t, renamed(""))
	acctest.Says(t, flat(cli.Succeeds(t, "apply", "-auto-approve")), "Platform policy is bound to clusters", cluster)
	if err := w.gone(nil); err != nil {
		t.Error(err)
	}
}

// flat returns an output without the frames and line breaks of its warnings.
func flat(out string) string {
	return regexp.MustCompile(`\s+`).ReplaceAllString(strings.ReplaceAll(out, "│", " "), " ")
}

func TestPlatformPolicyDeletionPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	w.Run(t,
		resource.TestStep{Config: w.config(rest(freshness), `deletion_policy = "PREVENT"`)},
		resource.TestStep{
			Config:      w.config(rest(freshness), `deletion_policy = "PREVENT"`),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Destroy prevented.*deletion_policy = "PREVENT"`),
		},
		resource.TestStep{Config: w.config(rest(freshness), `deletion_policy = "ABANDON"`)},
	)
	if _, err := w.Clients.FreshPlatformPolicy(t.Context(), w.name); err != nil {
		t.Errorf("the policy that was to stay: %v", err)
	}
	if n := w.Calls("ReplacePlatformPolicy") + w.Calls("DeletePlatformPolicy"); n > 0 {
		t.Errorf("%d writes were sent for nothing", n)
	}
}
