package cluster_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	address = "binauthz_cluster_settings.it"
	enforce = gcp.ModeProjectPolicy
	binding = "projects/demo/platforms/gke/policies/audit"
)

func config(cluster, mode, more string) string {
	return fmt.Sprintf("resource \"binauthz_cluster_settings\" \"it\" {\n  cluster = %q\n  evaluation_mode = %q\n%s\n}\n",
		cluster, mode, more)
}

func does(action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// modeOf is the evaluation mode reported by the API.
func modeOf(t *testing.T, g *acctest.Ground, cluster string) string {
	t.Helper()
	name, err := resname.ParseCluster(cluster, g.Project)
	if err != nil {
		t.Fatal(err)
	}
	now, err := g.Clients.FreshCluster(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return now.Setting.Mode
}

// set changes the cluster outside Terraform.
func set(t *testing.T, g *acctest.Ground, cluster, mode string, bindings ...string) {
	t.Helper()
	name, err := resname.ParseCluster(cluster, g.Project)
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.Clients.ChangeSetting(context.Background(), gcp.SettingChange{
		Cluster: name, Decide: func(gcp.Setting, bool) (gcp.Setting, error) { return gcp.Setting{Mode: mode, Bindings: bindings}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
}
