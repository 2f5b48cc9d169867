package permissions_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// text is an attribute of an object.
func text(v tftypes.Value, name string) (s string) {
	var all map[string]tftypes.Value
	if v.As(&all) == nil {
		_ = all[name].As(&s)
	}
	return s
}

const offlinePEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
-----END PUBLIC KEY-----
`

var (
	heldKey    = a{"kms_key_version": keyVersion}
	offlineKey = a{"pkix": a{"public_key_pem": offlinePEM, "signature_algorithm": "ECDSA_P256_SHA256"}}

	aNote       = object{"binauthz_note", a{"name": "built", "human_readable_name": "Built"}}
	anAttestor  = object{"binauthz_attestor", a{"name": "built", "note": "projects/demo/notes/built", "public_keys": []a{heldKey}}}
	anUnkeyed   = object{"binauthz_attestor", a{"name": "built", "note": "projects/demo/notes/built"}}
	attested    = []object{aNote, anAttestor}
	attestation = object{"binauthz_attestation", a{"attestor": attestor, "image": image, "kms_key_version": keyVersion}}
	dryRun      = a{
		"evaluation_mode":         "REQUIRE_ATTESTATION",
		"enforcement_mode":        "DRYRUN_AUDIT_LOG_ONLY",
		"require_attestations_by": []string{attestor},
	}
	required = a{
		"evaluation_mode":         "REQUIRE_ATTESTATION",
		"enforcement_mode":        "ENFORCED_BLOCK_AND_AUDIT_LOG",
		"require_attestations_by": []string{attestor},
	}
	allow  = a{"evaluation_mode": "ALWAYS_ALLOW", "enforcement_mode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}
	closed = a{"check_sets": []a{{"checks": []a{{"always_deny": true}}}}}
	open   = a{"image_allowlist": []string{"gcr.io/p/*"}, "check_sets": []a{{"checks": []a{{"always_deny": true}}}}}
)

func with(base a, more a) a {
	all := maps.Clone(base)
	maps.Copy(all, more)
	return all
}

func ruleOf(rule a) a { return with(rule, a{"scope": a{"cluster": "us-central1.prod"}}) }

// scenarios are every construct in its smallest configuration, and again with features requiring
// more permissions.
var scenarios = []scenario{
	{construct: "resource/binauthz_note", config: aNote.attributes, changed: with(aNote.attributes, a{"short_description": "x"})},
	{
		construct: "resource/binauthz_note",
		with:      []string{"with several objects"},
		config:    aNote.attributes,
		fleet:     with(aNote.attributes, a{"name": "other"}),
	},
	{
		construct: "resource/binauthz_attestor", before: []object{aNote},
		config:  with(anUnkeyed.attributes, a{"public_keys": []a{offlineKey}}),
		changed: with(anUnkeyed.attributes, a{"public_keys": []a{offlineKey}, "description": "x"}),
	},
	{
		construct: "resource/binauthz_attestor",
		with:      []string{"with several objects"},
		before:    []object{aNote},
		config:    anUnkeyed.attributes,
		fleet:     with(anUnkeyed.attributes, a{"name": "other"}),
	},
	{
		construct: "resource/binauthz_attestor", with: []string{"with `kms_key_version`"}, before: []object{aNote},
		config:  anAttestor.attributes,
		changed: with(anAttestor.attributes, a{"public_keys": []a{heldKey, offlineKey}}),
	},
	{
		construct: "resource/binauthz_attestor", with: []string{"if the change removes a key"}, before: []object{aNote},
		config:  with(anUnkeyed.attributes, a{"public_keys": []a{offlineKey}}),
		changed: with(anUnkeyed.attributes, a{"public_keys": []a{}}),
	},
	{
		construct: "resource/binauthz_attestor", with: []string{"if the change adds a key with `kms_key_version`"}, before: []object{aNote},
		config:  with(anUnkeyed.attributes, a{"public_keys": []a{offlineKey}}),
		changed: with(anUnkeyed.attributes, a{"public_keys": []a{offlineKey, heldKey}}),
	},
	{
		construct: "resource/binauthz_attestor_key", before: []object{aNote, anUnkeyed}, config: with(offlineKey, a{"attestor": attestor}),
		changed: with(offlineKey, a{"attestor": attestor, "comment": "x"}),
	},
	{
		construct: "resource/binauthz_attestor_key", with: []string{"with `kms_key_version`"}, before: []object{aNote, anUnkeyed},
		config:  with(heldKey, a{"attestor": attestor}),
		changed: with(heldKey, a{"attestor": attestor, "comment": "x"}),
	},
	{
		construct: "resource/binauthz_attestation",
		before:    []object{aNote, {"binauthz_attestor", with(anUnkeyed.attributes, a{"public_keys": []a{offlineKey}})}},
		config:    signedElsewhere,
	},
	{
		construct: "resource/binauthz_attestation",
		with:      []string{"with `kms_key_version`"},
		before:    attested,
		config:    attestation.attributes,
	},
	{
		construct: "resource/binauthz_attestation", with: []string{"with `kms_key_version`", "with `require`"},
		only:   []string{"plan-create", "create"},
		before: attested, world: scanned, config: with(attestation.attributes, scan),
	},
	{
		construct: "resource/binauthz_attestation", with: []string{"with several objects"}, before: attested,
		config: attestation.attributes,
		fleet: with(attestation.attributes, a{
			"image": "us-docker.pkg.dev/demo/app/api@sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
		}),
	},
	{
		construct: "resource/binauthz_policy",
		config:    a{"default_admission_rule": allow},
		changed:   a{"default_admission_rule": allow, "description": "x"},
	},
	{
		construct: "resource/binauthz_policy", with: []string{"if a rule requires attestations"}, before: attested,
		config:  a{"default_admission_rule": dryRun},
		changed: a{"default_admission_rule": required},
	},
	{
		construct: "resource/binauthz_policy", with: []string{"if a rule requires attestations", "with `must_admit` or `must_admit_in`"},
		before: append(attested, attestation), config: a{"default_admission_rule": required, "must_admit": []string{image}},
		changed: a{"default_admission_rule": required, "must_admit": []string{image}, "description": "x"},
	},
	{
		construct: "resource/binauthz_policy", with: []string{"if a rule requires attestations", gated},
		only: []string{"plan-update", "update"}, before: attested, world: evaluating,
		config: a{"default_admission_rule": dryRun}, changed: a{"default_admission_rule": required, "enforcement_gate": gate},
	},
	{
		construct: "resource/binauthz_policy_rule",
		config:    ruleOf(allow),
		changed:   ruleOf(with(allow, a{"enforcement_mode": "DRYRUN_AUDIT_LOG_ONLY"})),
	},
	{
		construct: "resource/binauthz_policy_rule",
		with:      []string{"if a rule requires attestations"},
		before:    attested,
		config:    ruleOf(dryRun),
		changed:   ruleOf(required),
	},
	{
		construct: "resource/binauthz_policy_rule", with: []string{"with `must_admit` or `must_admit_in`"}, only: []string{"create"},
		before: append(attested, attestation), config: with(ruleOf(required), a{"must_admit": []string{image}}),
	},
	{
		construct: "resource/binauthz_policy_rule",
		with:      []string{"if a rule requires attestations", "with `must_admit` or `must_admit_in`"},
		only:      []string{"plan-create"}, before: append(attested, attestation),
		config: with(ruleOf(required), a{"must_admit": []string{image}}),
	},
	{
		construct: "resource/binauthz_policy_rule",
		with:      []string{"if a rule requires attestations", "with `must_admit` or `must_admit_in`"},
		only:      []string{"plan-update", "update"}, before: append(attested, attestation), config: ruleOf(allow),
		changed: with(ruleOf(required), a{"must_admit": []string{image}}),
	},
	{
		construct: "resource/binauthz_policy_rule", with: []string{"if a rule requires attestations", gated},
		only: []string{"plan-update", "update"}, before: attested, world: evaluating,
		config: ruleOf(dryRun), changed: with(ruleOf(required), a{"enforcement_gate": gate}),
	},
	{construct: "resource/binauthz_policy_allowlist_pattern", config: a{"pattern": "gcr.io/p/**"}},
	{
		construct: "resource/binauthz_platform_policy",
		config:    a{"name": "p", "gke_policy": closed},
		changed:   a{"name": "p", "gke_policy": open},
	},
	{
		construct: "resource/binauthz_platform_policy",
		with:      []string{"with several objects"},
		config:    a{"name": "p", "gke_policy": closed},
		fleet:     a{"name": "q", "gke_policy": closed},
	},
	{
		construct: "resource/binauthz_platform_policy",
		with:      []string{"with `kms_key_version`"},
		config:    a{"name": "p", "gke_policy": signed(heldKey)},
		changed:   a{"name": "p", "description": "x", "gke_policy": signed(heldKey)},
	},
	{
		construct: "resource/binauthz_platform_policy",
		with:      []string{"with `must_conform`, for checks of attestations, provenance and vulnerabilities"}, world: scanned,
		config:  a{"name": "p", "gke_policy": unhurt, "must_conform": conform},
		changed: a{"name": "p", "gke_policy": with(unhurt, exempt), "must_conform": conform},
	},
	{
		construct: "resource/binauthz_platform_policy", with: []string{"with `must_conform`, for `image_freshness_check`"}, world: scanned,
		config:  a{"name": "p", "gke_policy": fresh, "must_conform": conform},
		changed: a{"name": "p", "gke_policy": with(fresh, exempt), "must_conform": conform},
	},
	{
		construct: "resource/binauthz_cluster_settings",
		config:    a{"cluster": cluster, "evaluation_mode": "PROJECT_SINGLETON_POLICY_ENFORCE"},
		changed:   a{"cluster": cluster, "evaluation_mode": "DISABLED"},
	},
	{
		construct: "resource/binauthz_cluster_settings", with: []string{"with several objects"},
		config: a{"cluster": cluster, "evaluation_mode": "PROJECT_SINGLETON_POLICY_ENFORCE"},
		fleet:  a{"cluster": otherCluster, "evaluation_mode": "PROJECT_SINGLETON_POLICY_ENFORCE"},
	},
	{
		construct: "resource/binauthz_cluster_policy_binding",
		config:    a{"cluster": cluster, "policy": "projects/demo/platforms/gke/policies/p"},
		changed:   a{"cluster": cluster, "policy": "projects/demo/platforms/gke/policies/q"},
	},
	{
		construct: "resource/binauthz_cluster_policy_binding", with: []string{"with several objects"},
		config: a{"cluster": cluster, "policy": "projects/demo/platforms/gke/policies/p"},
		fleet:  a{"cluster": otherCluster, "policy": "projects/demo/platforms/gke/policies/p"},
	},

	{construct: "data-source/binauthz_attestor", before: attested, config: a{"name": "built"}},
	{construct: "data-source/binauthz_attestors", before: attested, config: a{}},
	{construct: "data-source/binauthz_policy", config: a{}},
	{construct: "data-source/binauthz_system_policy", config: a{}},
	{
		construct: "data-source/binauthz_platform_policy",
		before:    []object{{"binauthz_platform_policy", a{"name": "p", "gke_policy": closed}}},
		config:    a{"name": "p"},
	},
	{construct: "data-source/binauthz_platform_policies", config: a{}},
	{
		construct: "data-source/binauthz_platform_policy_evaluation",
		before:    []object{{"binauthz_platform_policy", a{"name": "p", "gke_policy": closed}}},
		config:    a{"policy": "p", "image": image},
	},
	{construct: "data-source/binauthz_cluster_settings", config: a{"cluster": cluster}},
	{construct: "data-source/binauthz_clusters", config: a{}},
	{construct: "data-source/binauthz_kms_key_version", config: a{"name": keyVersion}},
	{construct: "data-source/binauthz_denials", config: a{}},
	{construct: "data-source/binauthz_workloads", config: a{}},
	{
		construct: "data-source/binauthz_workloads",
		with:      []string{"with `evaluate`"},
		config:    a{"evaluate": true},
		world:     running,
		before:    append(attested, object{"binauthz_policy", a{"default_admission_rule": dryRun}}),
	},
	{construct: "data-source/binauthz_admission", config: a{"image": image}},
	{
		construct: "data-source/binauthz_admission",
		with:      []string{"if a rule requires attestations"},
		before:    append(attested, attestation, object{"binauthz_policy", a{"default_admission_rule": required}}),
		config:    a{"image": image},
	},
	{construct: "data-source/binauthz_admission_cases", config: a{"cases": []a{{"name": "x", "image": image, "expect": "ADMIT"}}}},
	{
		construct: "data-source/binauthz_admission_cases", with: []string{"if a rule requires attestations"},
		before: append(attested, attestation, object{"binauthz_policy", a{"default_admission_rule": required}}),
		config: a{"cases": []a{{"name": "x", "image": image, "expect": "ADMIT"}}},
	},
	{
		construct: "data-source/binauthz_attestations",
		with:      []string{"with `attestor`"},
		before:    append(attested, attestation),
		config:    a{"attestor": attestor},
	},
	{
		construct: "data-source/binauthz_attestations",
		with:      []string{"with `note`"},
		before:    append(attested, attestation),
		config:    a{"note": "projects/demo/notes/built"},
	},
	{
		construct: "data-source/binauthz_attestations",
		with:      []string{"with `image` alone"},
		before:    append(attested, attestation),
		config:    a{"image": image},
	},
	{
		construct: "data-source/binauthz_attestation_validation", with: []string{"without `attestation`"},
		before: append(attested, attestation),
		config: a{"attestor": attestor, "image": image},
	},
	{
		construct: "data-source/binauthz_attestation_validation", with: []string{"with `attestation`"},
		before: append(attested, attestation),
		config: a{"attestor": attestor, "image": image}, reference: "attestation",
	},

	{construct: "list-resource/binauthz_note", before: attested, config: a{}},
	{construct: "list-resource/binauthz_attestor", before: attested, config: a{}},
	{
		construct: "list-resource/binauthz_attestation",
		with:      []string{"without `attestor`"},
		before:    append(attested, attestation),
		config:    a{},
	},
	{
		construct: "list-resource/binauthz_attestation",
		with:      []string{"with `attestor`"},
		before:    append(attested, attestation),
		config:    a{"attestor": attestor},
	},
	{construct: "list-resource/binauthz_policy_rule", config: a{}, before: []object{{"binauthz_policy_rule", ruleOf(allow)}}},
	{
		construct: "list-resource/binauthz_policy_allowlist_pattern",
		config:    a{},
		before:    []object{{"binauthz_policy_allowlist_pattern", a{"pattern": "gcr.io/p/**"}}},
	},
	{
		construct: "list-resource/binauthz_platform_policy",
		before:    []object{{"binauthz_platform_policy", a{"name": "p", "gke_policy": closed}}},
		config:    a{},
	},
	{construct: "list-resource/binauthz_cluster_settings", config: a{}},

	{construct: "action/binauthz_sign_attestation", before: attested, config: attestation.attributes},
	{
		construct: "action/binauthz_sign_attestation",
		with:      []string{"with `require`"},
		before:    attested,
		world:     scanned,
		config:    with(attestation.attributes, scan),
	},
	{
		construct: "action/binauthz_evaluate",
		before:    []object{{"binauthz_platform_policy", a{"name": "p", "gke_policy": a{}}}},
		config:    a{"policy": "p", "image": image},
	},
}

// ofPolicies are scenarios of the allow policies of one kind of object.
func ofPolicies(noun string, before []object, on a) []scenario {
	grant := func(members ...string) a { return with(on, a{"role": reader, "members": members}) }
	data := func(member string) a {
		return with(on, a{"policy_data": `{"bindings":[{"role":"` + reader + `","members":["` + member + `"]}]}`})
	}
	member := object{"binauthz_" + noun + "_iam_member", with(on, a{"role": reader, "member": "user:a@example.com"})}
	return []scenario{
		{construct: "resource/binauthz_" + noun + "_iam_member", before: before, config: member.attributes},
		{
			construct: "resource/binauthz_" + noun + "_iam_binding",
			before:    before,
			config:    grant("user:a@example.com"),
			changed:   grant("user:b@example.com"),
		},
		{
			construct: "resource/binauthz_" + noun + "_iam_policy",
			before:    before,
			config:    data("user:a@example.com"),
			changed:   data("user:b@example.com"),
		},
		{construct: "data-source/binauthz_" + noun + "_iam_policy", before: before, config: on},
		{construct: "list-resource/binauthz_" + noun + "_iam_member", before: append(slices.Clip(before), member), config: on},
		{
			construct: "list-resource/binauthz_" + noun + "_iam_member", with: []string{"without `" + noun + "`"},
			before: append(slices.Clip(before), member), config: a{},
		},
	}
}

func everything() []scenario {
	all := slices.Clone(scenarios)
	all = append(all, ofPolicies("attestor", attested, a{"attestor": attestor})...)
	all = append(all, ofPolicies("note", []object{aNote}, a{"note": "projects/demo/notes/built"})...)
	return append(all, ofPolicies("policy", nil, a{})...)
}

// gated is the condition of an enforcement gate.
const gated = "with `enforcement_gate`, for a change to enforcement"

func evaluating(t *testing.T, g *acctest.Ground) {
	t.Helper()
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeProjectPolicy); err != nil {
		t.Fatal(err)
	}
}

var gate = a{"min_pod_creations": 0}

var signedElsewhere = a{
	"attestor":      attestor,
	"image":         "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	"public_key_id": "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM",
	"signature":     "MEUCIQCxaNx2m97/xIIdVdULXKNy103DJf1IB3096j2W4MES7AIgcrew7e9aKHNzKjKxFZseGbRZVc2nH5ZIF6e6oL1YQJE=",
}

func signed(key a) a {
	return a{"check_sets": []a{{"checks": []a{{"simple_signing_attestation_check": a{
		"attestation_authenticators": []a{{"pkix_public_key_set": a{"pkix_public_keys": []a{key}}}},
	}}}}}}
}

func running(t *testing.T, g *acctest.Ground) {
	t.Helper()
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: " + image + " }] }\n"
	if _, err := g.Emulator.Pods().CreatePods(cluster, []byte(pod)); err != nil {
		t.Fatal(err)
	}
}

var (
	limits = a{
		"maximum_fixable_severity":                  "LOW",
		"maximum_unfixable_severity":                "LOW",
		"container_analysis_vulnerability_projects": []string{"projects/demo"},
	}
	scan    = a{"require": a{"vulnerability": limits}}
	unhurt  = a{"check_sets": []a{{"checks": []a{{"vulnerability_check": limits}}}}}
	fresh   = a{"check_sets": []a{{"checks": []a{{"image_freshness_check": a{"max_upload_age_days": 5}}}}}}
	conform = []a{{"image": image}}
	exempt  = a{"image_allowlist": []string{"gcr.io/p/*"}}
)

// scanned uploads the image and gives it a scan without findings.
func scanned(t *testing.T, g *acctest.Ground) {
	t.Helper()
	if err := g.Emulator.Analysis().Scan("demo", image, containeranalysis.Scan{}); err != nil {
		t.Fatal(err)
	}
	if err := g.Emulator.Artifacts().Put(artifactregistry.Image{URI: image}); err != nil {
		t.Fatal(err)
	}
}
