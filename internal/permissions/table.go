package permissions

// Effects of a missing optional permission.
const (
	slower          = "Plans over many objects make one call per object."
	noNote          = "A plan does not warn of a missing note."
	noWarning       = "A plan does not show the effect on attestations and rules."
	noAttestor      = "A plan does not detect a missing attestor, or one without a key."
	noVerdict       = "A plan does not check whether the attestor's keys verify the attestation."
	refusedTogether = "The emulator refuses it together with `containeranalysis.occurrences.create`."
	noCluster       = "A plan detects neither a missing cluster nor existing bindings."
	noGrants        = "A plan does not show the current grants."
	notCompared     = "The apply does not compare the result with its write."
	keyLater        = "The plan warns that the apply looks up the key."
	keyByID         = "The id of the attestor's key must be the id of the Cloud KMS key version."
	byTheNote       = "The provider lists the attestations of the note instead, with `containeranalysis.notes.listOccurrences`."
	notValidated    = "A warning says that the service did not validate the attestation."
	unread          = "The result leaves this evidence out, and names it if it matters."
	noOwner         = "The attestor can stay null."
	undetermined    = "A warning says that the checks are undetermined."
	unrequired      = "The plan warns that the apply checks the requirement."
	byTheCluster    = "The apply polls the cluster until the change is visible."
)

// Conditions.
const (
	kms        = "with `kms_key_version`"
	several    = "with several objects"
	demanded   = "with `must_admit` or `must_admit_in`"
	gated      = "with `enforcement_gate`, for a change to enforcement"
	requires   = "if a rule requires attestations"
	keyLeaves  = "if the change removes a key"
	newKMSKey  = "if the change adds a key with `kms_key_version`"
	refused    = "if the service does not verify the attestation"
	byAttestor = "with `attestor`"
	byNote     = "with `note`"
	byImage    = "with `image` alone"
	conforming = "with `must_conform`, for checks of attestations, provenance and vulnerabilities"
	uploaded   = "with `must_conform`, for `image_freshness_check`"
	sigstore   = "with `must_conform`, for `sigstore_signature_check`"
	required   = "with `require`"
)

// Table contains every construct, by its name in the documentation.
var Table = map[string][]Need{
	"resource/binauthz_note": {
		{Operations: "create", Methods: "createNote"},
		{Operations: "read import", Methods: "getNote"},
		{Operations: "update", Methods: "updateNote"},
		{Operations: "delete", Methods: "deleteNote"},
		{Operations: "plan-delete", Methods: "listAttestors", Without: "A plan does not warn of attestors with this note."},
		{Operations: "read", Methods: "listNotes", When: several, Without: slower},
	},
	"resource/binauthz_attestor": {
		{Operations: "create", Methods: "createAttestor"},
		{Operations: "read import", Methods: "getAttestor"},
		{Operations: "update", Methods: "updateAttestor"},
		{Operations: "create update", Methods: "getAttestor", Without: notCompared},
		{Operations: "delete", Methods: "deleteAttestor"},
		{Operations: "read", Methods: "listAttestors", When: several, Without: slower},
		{Operations: "plan-create", Methods: "getNote", Without: noNote},
		{Operations: "plan-delete", Methods: "getPolicy listNoteOccurrences", Without: noWarning},
		{Operations: "plan-update", Methods: "getPolicy listNoteOccurrences", When: keyLeaves, Without: noWarning},
		{Operations: "plan-create import", Methods: "getPublicKey", When: kms, Without: keyLater},
		{Operations: "create", Methods: "getPublicKey", When: kms},
		{Operations: "plan-update", Methods: "getPublicKey", When: newKMSKey, Without: keyLater},
		{Operations: "update", Methods: "getPublicKey", When: newKMSKey},
		{Operations: "create", Methods: "listNoteOccurrences", Unproven: "Google's documentation requires it on the attestor's note."},
	},
	"resource/binauthz_attestor_key": {
		{Operations: "create update delete", Methods: "getAttestor updateAttestor"},
		{Operations: "read import", Methods: "getAttestor"},
		{Operations: "plan-create", Methods: "getAttestor", Without: noAttestor},
		{Operations: "plan-delete", Methods: "getPolicy listNoteOccurrences", Without: noWarning},
		{Operations: "plan-create import", Methods: "getPublicKey", When: kms, Without: keyLater},
		{Operations: "create", Methods: "getPublicKey", When: kms},
	},
	"resource/binauthz_attestation": {
		{Operations: "create", Methods: "getAttestor createOccurrence"},
		{Operations: "create", Methods: "attachOccurrence", Unproven: refusedTogether},
		{Operations: "read import", Methods: "getOccurrence"},
		{Operations: "delete", Methods: "deleteOccurrence"},
		{Operations: "plan-create read", Methods: "getAttestor", Without: noVerdict},
		{Operations: "create", Methods: "listOccurrences", Without: byTheNote},
		{Operations: "create", Methods: "validateAttestation", Without: notValidated},
		{Operations: "import", Methods: "getAttestor listAttestors", Without: noOwner},
		{Operations: "create", Methods: "deleteOccurrence", When: refused, Unproven: "The provider then deletes the attestation."},
		{Operations: "plan-create", Methods: "getPublicKey", When: kms, Without: keyLater},
		{Operations: "create", Methods: "asymmetricSign", When: kms},
		{Operations: "create", Methods: "getPublicKey", When: kms, Without: keyByID},
		{Operations: "read", Methods: "listOccurrences", When: several, Without: slower},
		{Operations: "create", Methods: "listOccurrences", When: required},
		{Operations: "plan-create", Methods: "listOccurrences", When: required, Without: unrequired},
	},
	"resource/binauthz_policy": append([]Need{
		{Operations: "plan-create create read import", Methods: "getPolicy"},
		{Operations: "create update delete", Methods: "updatePolicy"},
		{Operations: "update delete", Methods: "getPolicy", Without: notCompared},
	}, ruleNeeds()...),
	"resource/binauthz_policy_rule": append([]Need{
		{Operations: "plan-create read import", Methods: "getPolicy"},
		{Operations: "create update delete", Methods: "getPolicy updatePolicy"},
	}, ruleNeeds()...),
	"resource/binauthz_policy_allowlist_pattern": {
		{Operations: "plan-create read import", Methods: "getPolicy"},
		{Operations: "create delete", Methods: "getPolicy updatePolicy"},
		{
			Operations: "plan-delete delete", Methods: "getAttestor listNoteOccurrences", When: "if another resource of the same " +
				"policy has `must_admit`",
			Unproven: "One plan then has both resources.",
		},
	},
	"resource/binauthz_platform_policy": {
		{Operations: "create", Methods: "createPlatformPolicy"},
		{Operations: "read import", Methods: "getPlatformPolicy"},
		{Operations: "update", Methods: "replacePlatformPolicy"},
		{Operations: "create update", Methods: "getPlatformPolicy", Without: notCompared},
		{Operations: "delete", Methods: "deletePlatformPolicy"},
		{
			Operations: "plan-update plan-delete", Methods: "listClusters", Without: "A plan that destroys or weakens the policy warns " +
				"that bound clusters were not checked.",
		},
		{Operations: "read", Methods: "listPlatformPolicies", When: several, Without: slower},
		{Operations: "plan-create import", Methods: "getPublicKey", When: kms, Without: keyLater},
		{Operations: "create", Methods: "getPublicKey", When: kms},
		{Operations: "plan-create plan-update create update", Methods: "listOccurrences", When: conforming, Without: undetermined},
		{Operations: "plan-create plan-update create update", Methods: "getDockerImage", When: uploaded, Without: undetermined},
		{
			Operations: "plan-create plan-update create update", Methods: "getManifest", When: sigstore,
			Unproven: "The tests of internal/registry refuse it.",
		},
	},
	"resource/binauthz_cluster_settings":       clusterNeeds("plan-create"),
	"resource/binauthz_cluster_policy_binding": clusterNeeds("plan-create plan-update"),

	"resource/binauthz_attestor_iam_member":  grantNeeds("getAttestorIAM", "setAttestorIAM", "create delete"),
	"resource/binauthz_attestor_iam_binding": grantNeeds("getAttestorIAM", "setAttestorIAM", "create update delete"),
	"resource/binauthz_attestor_iam_policy":  grantNeeds("getAttestorIAM", "setAttestorIAM", "create update delete"),
	"resource/binauthz_note_iam_member":      grantNeeds("getNoteIAM", "setNoteIAM", "create delete"),
	"resource/binauthz_note_iam_binding":     grantNeeds("getNoteIAM", "setNoteIAM", "create update delete"),
	"resource/binauthz_note_iam_policy":      grantNeeds("getNoteIAM", "setNoteIAM", "create update delete"),
	"resource/binauthz_policy_iam_member":    grantNeeds("getPolicyIAM", "setPolicyIAM", "create delete"),
	"resource/binauthz_policy_iam_binding":   grantNeeds("getPolicyIAM", "setPolicyIAM", "create update delete"),
	"resource/binauthz_policy_iam_policy":    grantNeeds("getPolicyIAM", "setPolicyIAM", "create update delete"),

	"data-source/binauthz_admission": {
		{Operations: "read", Methods: "getPolicy"},
		{Operations: "read", Methods: "getSystemPolicy", Without: unread},
		{Operations: "read", Methods: "getAttestor listNoteOccurrences", When: requires, Without: unread},
	},
	"data-source/binauthz_admission_cases": {
		{Operations: "read", Methods: "getPolicy"},
		{Operations: "read", Methods: "getSystemPolicy", Without: unread},
		{Operations: "read", Methods: "getAttestor listNoteOccurrences", When: requires},
	},
	"data-source/binauthz_attestation_validation": {
		{Operations: "read", Methods: "getAttestor validateAttestation"},
		{Operations: "read", Methods: "listNoteOccurrences", When: "without `attestation`"},
		{Operations: "read", Methods: "getOccurrence", When: "with `attestation`"},
	},
	"data-source/binauthz_attestations": {
		{Operations: "read", Methods: "getAttestor listNoteOccurrences", When: byAttestor},
		{Operations: "read", Methods: "listAttestors listNoteOccurrences", When: byNote},
		{Operations: "read", Methods: "listAttestors listOccurrences", When: byImage},
	},
	"data-source/binauthz_attestor":            {{Operations: "read", Methods: "getAttestor"}},
	"data-source/binauthz_attestor_iam_policy": {{Operations: "read", Methods: "getAttestorIAM"}},
	"data-source/binauthz_attestors":           {{Operations: "read", Methods: "listAttestors"}},
	"data-source/binauthz_cluster_settings":    {{Operations: "read", Methods: "getCluster"}},
	"data-source/binauthz_clusters":            {{Operations: "read", Methods: "listClusters"}},
	"data-source/binauthz_denials":             {{Operations: "read", Methods: "listLogEntries"}},
	"data-source/binauthz_image": {{
		Operations: "read", Methods: "getManifest", When: "if the image is in Artifact Registry and not public",
		Unproven: "The tests of internal/registry refuse it.",
	}},
	"data-source/binauthz_kms_key_version":            {{Operations: "read", Methods: "getPublicKey"}},
	"data-source/binauthz_note_iam_policy":            {{Operations: "read", Methods: "getNoteIAM"}},
	"data-source/binauthz_platform_policies":          {{Operations: "read", Methods: "listPlatformPolicies"}},
	"data-source/binauthz_platform_policy":            {{Operations: "read", Methods: "getPlatformPolicy"}},
	"data-source/binauthz_platform_policy_evaluation": {{Operations: "read", Methods: "evaluatePlatformPolicy"}},
	"data-source/binauthz_policy":                     {{Operations: "read", Methods: "getPolicy"}},
	"data-source/binauthz_policy_iam_policy":          {{Operations: "read", Methods: "getPolicyIAM"}},
	"data-source/binauthz_system_policy":              {{Operations: "read", Methods: "getSystemPolicy"}},
	"data-source/binauthz_workloads": {
		{Operations: "read", Methods: "listPods"},
		{Operations: "read", Methods: "getPolicy", When: "with `evaluate`"},
		{Operations: "read", Methods: "getSystemPolicy getAttestor listNoteOccurrences", When: "with `evaluate`", Without: unread},
	},

	"list-resource/binauthz_attestation": {
		{Operations: "read", Methods: "listOccurrences", When: "without `attestor`"},
		{Operations: "read", Methods: "listAttestors", When: "without `attestor`", Without: noOwner},
		{Operations: "read", Methods: "listOccurrences getAttestor", When: byAttestor},
	},
	"list-resource/binauthz_attestor": {{Operations: "read", Methods: "listAttestors"}},
	"list-resource/binauthz_attestor_iam_member": {
		{Operations: "read", Methods: "getAttestorIAM"}, {Operations: "read", Methods: "listAttestors", When: "without `attestor`"},
	},
	"list-resource/binauthz_cluster_settings": {{Operations: "read", Methods: "listClusters"}},
	"list-resource/binauthz_note":             {{Operations: "read", Methods: "listNotes"}},
	"list-resource/binauthz_note_iam_member": {
		{Operations: "read", Methods: "getNoteIAM"}, {Operations: "read", Methods: "listNotes", When: "without `note`"},
	},
	"list-resource/binauthz_platform_policy":          {{Operations: "read", Methods: "listPlatformPolicies"}},
	"list-resource/binauthz_policy_allowlist_pattern": {{Operations: "read", Methods: "getPolicy"}},
	"list-resource/binauthz_policy_iam_member":        {{Operations: "read", Methods: "getPolicyIAM"}},
	"list-resource/binauthz_policy_rule":              {{Operations: "read", Methods: "getPolicy"}},

	"action/binauthz_evaluate": {{Operations: "invoke", Methods: "evaluatePlatformPolicy"}},
	"action/binauthz_sign_attestation": {
		{Operations: "invoke", Methods: "getAttestor asymmetricSign createOccurrence"},
		{Operations: "invoke", Methods: "attachOccurrence", Unproven: refusedTogether},
		{Operations: "invoke", Methods: "listOccurrences", Without: byTheNote},
		{Operations: "invoke", Methods: "getPublicKey", Without: keyByID},
		{Operations: "invoke", Methods: "listOccurrences", When: required},
		{Operations: "invoke", Methods: "validateAttestation", Without: notValidated},
		{Operations: "invoke", Methods: "deleteOccurrence", When: refused, Unproven: "The provider then deletes the attestation."},
	},
}

// ruleNeeds are the needs of rules in addition to the policy itself.
func ruleNeeds() []Need {
	const judged = "plan-create plan-update create update"
	return []Need{
		{Operations: "plan-create plan-update update", Methods: "getAttestor", When: requires, Without: noAttestor},
		{Operations: judged, Methods: "getAttestor listNoteOccurrences", When: demanded},
		{Operations: judged, Methods: "getSystemPolicy", When: demanded, Without: unread},
		{Operations: "plan-update update", Methods: "listLogEntries listClusters", When: gated},
		{
			Operations: "plan-create create", Methods: "listLogEntries listClusters", When: gated,
			Unproven: "An adopted policy is judged like an updated one.",
		},
		{
			Operations: "plan-delete delete", Methods: "listLogEntries listClusters", When: gated,
			Unproven: "A destroy that enforces a rule is judged like an update.",
		},
		{
			Operations: "plan-create plan-update plan-delete create update delete", Methods: "getSystemPolicy", When: gated,
			Unproven: "The gate reads it if the global mode is `ENABLE`.",
		},
	}
}

// clusterNeeds are the needs of cluster settings and bindings.
func clusterNeeds(plans string) []Need {
	const writes = "create update delete"
	return []Need{
		{Operations: "read import", Methods: "getCluster"},
		{Operations: plans, Methods: "getCluster", Without: noCluster},
		{Operations: writes, Methods: "getCluster updateCluster"},
		{Operations: writes, Methods: "getOperation", Without: byTheCluster},
		{Operations: "read", Methods: "listClusters", When: several, Without: slower},
		{
			Operations: writes, Methods: "listOperations",
			When:     "with several clusters, or while another operation runs on the cluster",
			Unproven: "One list replaces a call per cluster, and finds an operation not named in Google's error.",
		},
	}
}

// grantNeeds are the needs of an allow policy and its parts.
func grantNeeds(get, set, writes string) []Need {
	return []Need{
		{Operations: "read import", Methods: get},
		{Operations: "plan-create", Methods: get, Without: noGrants},
		{Operations: writes, Methods: get + " " + set},
	}
}
