package probe

import (
	"fmt"
	"regexp"
)

// Config contains the permitted actions of a run on a real project, from environment variables.
type Config struct {
	// Project is GOOGLE_PROJECT; without it, probes run on the emulator.
	Project string
	// Emulator is BINAUTHZ_EMULATOR_HOST, the address of a running emulator to use instead of
	// Google.
	Emulator string
	// Cluster is CLUSTER, KeyRing is KEY_RING, NewClusterZone is NEW_CLUSTER_ZONE.
	Cluster, KeyRing, NewClusterZone string
	// Many is ALLOW_MANY=yes, Pods is ALLOW_PODS=yes, Policy is ALLOW_POLICY=yes, Confirmed is
	// CONFIRM=yes.
	Many, Pods, Policy, Confirmed bool
}

// ReadConfig reads the environment.
func ReadConfig(getenv func(string) string) (Config, error) {
	yes := func(name string) bool { return getenv(name) == "yes" }
	c := Config{
		Project: getenv("GOOGLE_PROJECT"), Emulator: getenv("BINAUTHZ_EMULATOR_HOST"),
		Cluster: getenv("CLUSTER"), KeyRing: getenv("KEY_RING"), NewClusterZone: getenv("NEW_CLUSTER_ZONE"),
		Many: yes("ALLOW_MANY"), Pods: yes("ALLOW_PODS"), Policy: yes("ALLOW_POLICY"), Confirmed: yes("CONFIRM"),
	}
	for _, v := range []struct{ name, value, form string }{
		{"GOOGLE_PROJECT", c.Project, `[a-z][a-z0-9.:-]{3,}[a-z0-9]`},
		{"CLUSTER", c.Cluster, `projects/` + regexp.QuoteMeta(c.Project) + `/locations/[^/]+/clusters/[^/]+`},
		{"KEY_RING", c.KeyRing, `projects/` + regexp.QuoteMeta(c.Project) + `/locations/[^/]+/keyRings/[^/]+`},
		{"NEW_CLUSTER_ZONE", c.NewClusterZone, `[a-z]+-[a-z]+[0-9]+-[a-z]`},
	} {
		if v.value != "" && !regexp.MustCompile("^"+v.form+"$").MatchString(v.value) {
			return Config{}, fmt.Errorf("%s=%s: must have the form %s", v.name, v.value, v.form)
		}
	}
	return c, nil
}

// Target returns a target with the configured names and permissions, but without connections.
func (c Config) Target() Target {
	return Target{
		Project: c.Project, Cluster: c.Cluster, KeyRing: c.KeyRing, NewClusterIn: c.NewClusterZone,
		Allowed: map[Need]bool{
			NeedCluster: c.Cluster != "", NeedKeyRing: c.KeyRing != "", NeedNewCluster: c.NewClusterZone != "",
			NeedMany: c.Many, NeedPods: c.Pods, NeedPolicy: c.Policy,
		},
	}
}
