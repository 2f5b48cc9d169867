package faults_test

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func base(name string) string { return path.Base(name) }

// verify compares the state with the server: the same objects, with the same contents.
func (w *world) verify(t *testing.T, have map[string]map[string]any) {
	t.Helper()
	lost := 0
	server := w.objects(t)
	for address, attributes := range have {
		if address[:len("binauthz_c")] == "binauthz_c" {
			lost += w.verifyCluster(t, attributes)
			continue
		}
		if !reflect.DeepEqual(attributes, server[address]) {
			lost++
			t.Errorf("%s is %v in the state and %v on the server", address, attributes, server[address])
		}
		delete(server, address)
	}
	for _, address := range slices.Sorted(maps.Keys(server)) {
		lost++
		t.Errorf("%s is on the server and not in the state", address)
	}
	tally.add(func(c *counts) { c.lost += lost })
}

func (w *world) verifyCluster(t *testing.T, attributes map[string]any) (lost int) {
	t.Helper()
	history := w.Emulator.GKE().History(attributes["id"].(string))
	now := history[len(history)-1]
	if attributes["evaluation_mode"] != now.Mode || len(attributes["policy_bindings"].([]any)) != len(now.Bindings) {
		t.Errorf("%v is in the state, and the cluster has %v", attributes, now)
		return 1
	}
	return 0
}

// told returns the comparable values of a state by address.
func told(s state) map[string]map[string]any {
	all := map[string]map[string]any{}
	for address, one := range s {
		all[address] = relevant(goValue(one.value).(map[string]any))
	}
	return all
}

// relevant keeps the server's attributes. Keys are compared by id: a digest or name of the key.
func relevant(attributes map[string]any) map[string]any {
	kept := map[string]any{}
	for _, name := range []string{
		"id", "short_description", "human_readable_name", "description", "note", "evaluation_mode",
		"policy_bindings", "image", "public_key_id",
	} {
		if v, ok := attributes[name]; ok {
			kept[name] = v
		}
	}
	if keys, ok := attributes["public_keys"].([]any); ok {
		ids := []any{}
		for _, k := range keys {
			ids = append(ids, k.(map[string]any)["id"])
		}
		kept["keys"] = ids
	}
	return kept
}

// goValue is a value of Terraform as Go has it from JSON.
func goValue(v tftypes.Value) any {
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	switch v.Type().(type) {
	case tftypes.Object:
		object := map[string]any{}
		for name, field := range fieldsOf(v) {
			object[name] = goValue(field)
		}
		return object
	case tftypes.List, tftypes.Set:
		list := []any{}
		for _, e := range elementsOf(v) {
			list = append(list, goValue(e))
		}
		return list
	}
	var text string
	if v.As(&text) != nil {
		return nil
	}
	return text
}

// verifyHistory fails if a cluster ever had an unwanted setting.
func (w *world) verifyHistory(t *testing.T, cluster string, want ...gke.Setting) {
	t.Helper()
	history := w.Emulator.GKE().History(cluster)
	if reflect.DeepEqual(history, want) {
		return
	}
	t.Errorf("%s went through %v instead of %v", cluster, history, want)
	off := 0
	for _, s := range history[1:] {
		if s.Mode == gcp.ModeDisabled && !slices.ContainsFunc(want[1:], func(s gke.Setting) bool { return s.Mode == gcp.ModeDisabled }) {
			off++
		}
	}
	tally.add(func(c *counts) { c.switchedOff += off })
}
