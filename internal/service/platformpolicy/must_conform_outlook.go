package platformpolicy

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// outlook is a planned policy with unknown parts: its strictest and its most lenient version.
type outlook struct {
	strict, lenient *gcp.PlatformPolicy
	// indexes maps the checks of the lenient policy to indexes in the planned one, by check set;
	// nil if they are equal.
	indexes map[int][]int
	// unknown lists the unknown attributes.
	unknown []string
}

// podVerdict contains the results for a pod by both versions.
type podVerdict struct{ strict, lenient conformance.PodResult }

func (o *outlook) judge(ctx context.Context, by *conformance.Evaluator, pod workload.Pod) (v podVerdict) {
	v.lenient = by.Evaluate(ctx, o.lenient, []workload.Pod{pod}).Pods[0]
	for _, image := range v.lenient.Images {
		if set := image.Set; set != nil && o.indexes[set.Index] != nil {
			for i := range set.Checks {
				set.Checks[i].Index = o.indexes[set.Index][i]
			}
		}
	}
	if v.strict = v.lenient; len(o.unknown) > 0 {
		v.strict = by.Evaluate(ctx, o.strict, []workload.Pod{pod}).Pods[0]
	}
	return v
}

// denied is a check without any conformant image.
func denied() *binaryauthorization.Check { return &binaryauthorization.Check{AlwaysDeny: true} }

// outlookOf returns the outlook of a planned policy. An unknown part admits nothing in the strict
// version, and everything in the lenient one.
func outlookOf(ctx context.Context, m *shown) (o *outlook, err error) {
	o = new(outlook)
	if o.strict, err = m.toAPI(); err != nil || isKnown(ctx, m.GKEPolicy) {
		o.lenient = o.strict
		return o, err
	}
	if o.lenient, err = m.toAPI(); err != nil {
		return o, err
	}
	strict, lenient := o.strict.GkePolicy, o.lenient.GkePolicy
	sets, exempt := attribute(m.GKEPolicy, "check_sets"), attribute(m.GKEPolicy, allowlist)
	o.indexes = map[int][]int{}
	switch {
	case isUnknown(m.GKEPolicy):
		o.unknown = append(o.unknown, root.String())
	case isUnknown(sets):
		o.unknown = append(o.unknown, root.AtName("check_sets").String())
	default:
		o.addSets(ctx, elements(sets))
	}
	if isUnknown(m.GKEPolicy) || isUnknown(sets) {
		strict.CheckSets = []*binaryauthorization.CheckSet{{Checks: []*binaryauthorization.Check{denied()}}}
		lenient.CheckSets = nil
	}
	if exempt != nil && !isKnown(ctx, exempt) { // it can match any image
		o.unknown = append(o.unknown, root.AtName(allowlist).String())
		lenient.CheckSets = nil
	}
	return o, nil
}

func (o *outlook) addSets(ctx context.Context, sets []attr.Value) {
	strict, lenient := o.strict.GkePolicy, o.lenient.GkePolicy
	for i, set := range sets {
		at := root.AtName("check_sets").AtListIndex(i)
		if _, known := scopeOf(set); !known { // it can match any pod
			o.unknown = append(o.unknown, at.String())
			strict.CheckSets = append(strict.CheckSets[:i:i], &binaryauthorization.CheckSet{Checks: []*binaryauthorization.Check{denied()}})
			lenient.CheckSets = append(lenient.CheckSets[:i:i], &binaryauthorization.CheckSet{})
			return
		}
		checks, exempt := attribute(set, "checks"), attribute(set, allowlist)
		if isUnknown(checks) {
			o.unknown = append(o.unknown, at.AtName("checks").String())
			strict.CheckSets[i].Checks, lenient.CheckSets[i].Checks = []*binaryauthorization.Check{denied()}, nil
		} else {
			o.addChecks(ctx, i, elements(checks))
		}
		if exempt != nil && !isKnown(ctx, exempt) {
			o.unknown = append(o.unknown, at.AtName(allowlist).String())
			lenient.CheckSets[i].Checks = nil
		}
	}
}

// addChecks removes the checks with unknown parts from the lenient policy. In the strict one they
// deny everything. A check with only unknown keys stays: without text, they verify nothing.
func (o *outlook) addChecks(ctx context.Context, i int, checks []attr.Value) {
	strict, lenient := o.strict.GkePolicy.CheckSets[i], o.lenient.GkePolicy.CheckSets[i]
	var kept []*binaryauthorization.Check
	var indexes []int
	for j, check := range checks {
		if isKnown(ctx, check) {
			kept, indexes = append(kept, lenient.Checks[j]), append(indexes, j)
			continue
		}
		o.unknown = append(o.unknown, root.AtName("check_sets").AtListIndex(i).AtName("checks").AtListIndex(j).String())
		if unknownBesideKeys(check) {
			exempts := strict.Checks[j].ImageAllowlist
			strict.Checks[j] = denied()
			strict.Checks[j].ImageAllowlist = exempts
		}
	}
	lenient.Checks, o.indexes[i] = kept, indexes
}

// unknownBesideKeys reports whether anything except keys is unknown in a value.
func unknownBesideKeys(v attr.Value) bool {
	if isUnknown(v) {
		return true
	}
	switch v := v.(type) {
	case types.Object:
		all := v.Attributes()
		_, isKey := all[publicKeyPEM]
		return !isKey && slices.ContainsFunc(slices.Collect(maps.Values(all)), unknownBesideKeys)
	case types.List:
		return slices.ContainsFunc(v.Elements(), unknownBesideKeys)
	case types.Set:
		return slices.ContainsFunc(v.Elements(), unknownBesideKeys)
	}
	return false
}
