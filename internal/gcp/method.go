package gcp

import (
	"fmt"
	"strings"
)

// The services by their names in `gcloud services enable`.
const (
	serviceBinauthz  = "binaryauthorization.googleapis.com"
	serviceAnalysis  = "containeranalysis.googleapis.com"
	serviceContainer = "container.googleapis.com"
	serviceKMS       = "cloudkms.googleapis.com"
	serviceAsset     = "cloudasset.googleapis.com"
	serviceLogging   = "logging.googleapis.com"
	serviceArtifacts = "artifactregistry.googleapis.com"
)

// method is one of Google's methods: its name, service, permission, and the role with the
// permission. Sources: the "required permissions" of
// https://cloud.google.com/binary-authorization/docs/audit-logging,
// https://cloud.google.com/container-analysis/docs/access-control,
// /kubernetes-engine/docs/how-to/iam, /kms/docs/reference/permissions-and-roles,
// /asset-inventory/docs/access-control, /logging/docs/access-control,
// /artifact-registry/docs/access-control.
type method struct {
	name, service, permission, role string
}

// creates reports whether the method creates an object.
func (m method) creates() bool { return strings.HasPrefix(m.name, "Create") }

var (
	getAttestor = method{
		"GetAttestor", serviceBinauthz, "binaryauthorization.attestors.get", "roles/binaryauthorization.attestorsViewer",
	}
	listAttestors = method{
		"ListAttestors", serviceBinauthz, "binaryauthorization.attestors.list", "roles/binaryauthorization.attestorsViewer",
	}
	createAttestor = method{
		"CreateAttestor", serviceBinauthz, "binaryauthorization.attestors.create", "roles/binaryauthorization.attestorsEditor",
	}
	updateAttestor = method{
		"UpdateAttestor", serviceBinauthz, "binaryauthorization.attestors.update", "roles/binaryauthorization.attestorsEditor",
	}
	deleteAttestor = method{
		"DeleteAttestor", serviceBinauthz, "binaryauthorization.attestors.delete", "roles/binaryauthorization.attestorsEditor",
	}

	getPolicy       = method{"GetPolicy", serviceBinauthz, "binaryauthorization.policy.get", "roles/binaryauthorization.policyViewer"}
	updatePolicy    = method{"UpdatePolicy", serviceBinauthz, "binaryauthorization.policy.update", "roles/binaryauthorization.policyEditor"}
	getSystemPolicy = method{"GetSystemPolicy", serviceBinauthz, "binaryauthorization.policy.get", "roles/binaryauthorization.policyViewer"}

	getPlatformPolicy = method{
		"GetPlatformPolicy", serviceBinauthz, "binaryauthorization.platformPolicies.get", "roles/binaryauthorization.policyViewer",
	}
	listPlatformPolicies = method{
		"ListPlatformPolicies", serviceBinauthz, "binaryauthorization.platformPolicies.list", "roles/binaryauthorization.policyViewer",
	}
	createPlatformPolicy = method{
		"CreatePlatformPolicy", serviceBinauthz, "binaryauthorization.platformPolicies.create", "roles/binaryauthorization.policyEditor",
	}
	replacePlatformPolicy = method{
		"ReplacePlatformPolicy", serviceBinauthz, "binaryauthorization.platformPolicies.replace", "roles/binaryauthorization.policyEditor",
	}
	deletePlatformPolicy = method{
		"DeletePlatformPolicy", serviceBinauthz, "binaryauthorization.platformPolicies.delete", "roles/binaryauthorization.policyEditor",
	}

	evaluatePlatformPolicy = method{
		"EvaluateGkePolicy", serviceBinauthz, "binaryauthorization.platformPolicies.evaluatePolicy",
		"roles/binaryauthorization.policyEvaluator",
	}

	getAttestorIAM = method{
		"GetIamPolicy", serviceBinauthz, "binaryauthorization.attestors.getIamPolicy", "roles/binaryauthorization.attestorsAdmin",
	}
	setAttestorIAM = method{
		"SetIamPolicy", serviceBinauthz, "binaryauthorization.attestors.setIamPolicy", "roles/binaryauthorization.attestorsAdmin",
	}
	getPolicyIAM = method{
		"GetIamPolicy", serviceBinauthz, "binaryauthorization.policy.getIamPolicy", "roles/binaryauthorization.policyAdmin",
	}
	setPolicyIAM = method{
		"SetIamPolicy", serviceBinauthz, "binaryauthorization.policy.setIamPolicy", "roles/binaryauthorization.policyAdmin",
	}
	getNoteIAM = method{"GetIamPolicy", serviceAnalysis, "containeranalysis.notes.getIamPolicy", "roles/containeranalysis.admin"}
	setNoteIAM = method{"SetIamPolicy", serviceAnalysis, "containeranalysis.notes.setIamPolicy", "roles/containeranalysis.admin"}

	getNote    = method{"GetNote", serviceAnalysis, "containeranalysis.notes.get", "roles/containeranalysis.notes.viewer"}
	listNotes  = method{"ListNotes", serviceAnalysis, "containeranalysis.notes.list", "roles/containeranalysis.notes.viewer"}
	createNote = method{"CreateNote", serviceAnalysis, "containeranalysis.notes.create", "roles/containeranalysis.notes.editor"}
	updateNote = method{"UpdateNote", serviceAnalysis, "containeranalysis.notes.update", "roles/containeranalysis.notes.editor"}
	deleteNote = method{"DeleteNote", serviceAnalysis, "containeranalysis.notes.delete", "roles/containeranalysis.notes.editor"}

	getOccurrence = method{
		"GetOccurrence", serviceAnalysis, "containeranalysis.occurrences.get", "roles/containeranalysis.occurrences.viewer",
	}
	listOccurrences = method{
		"ListOccurrences", serviceAnalysis, "containeranalysis.occurrences.list", "roles/containeranalysis.occurrences.viewer",
	}
	createOccurrence = method{
		"CreateOccurrence", serviceAnalysis, "containeranalysis.occurrences.create", "roles/containeranalysis.occurrences.editor",
	}
	deleteOccurrence = method{
		"DeleteOccurrence", serviceAnalysis, "containeranalysis.occurrences.delete", "roles/containeranalysis.occurrences.editor",
	}
	listNoteOccurrences = method{
		"ListNoteOccurrences", serviceAnalysis, "containeranalysis.notes.listOccurrences",
		"roles/containeranalysis.notes.occurrences.viewer",
	}

	getCluster     = method{"GetCluster", serviceContainer, "container.clusters.get", "roles/container.clusterViewer"}
	listClusters   = method{"ListClusters", serviceContainer, "container.clusters.list", "roles/container.clusterViewer"}
	updateCluster  = method{"UpdateCluster", serviceContainer, "container.clusters.update", "roles/container.clusterAdmin"}
	getOperation   = method{"GetOperation", serviceContainer, "container.operations.get", "roles/container.viewer"}
	listOperations = method{"ListOperations", serviceContainer, "container.operations.list", "roles/container.viewer"}

	listPods       = method{"ListAssets", serviceAsset, "cloudasset.assets.listResource", "roles/cloudasset.viewer"}
	listLogEntries = method{"ListLogEntries", serviceLogging, "logging.logEntries.list", "roles/logging.viewer"}

	getDockerImage = method{"GetDockerImage", serviceArtifacts, "artifactregistry.dockerimages.get", "roles/artifactregistry.reader"}

	getPublicKey   = method{"GetPublicKey", serviceKMS, "cloudkms.cryptoKeyVersions.viewPublicKey", "roles/cloudkms.publicKeyViewer"}
	asymmetricSign = method{"AsymmetricSign", serviceKMS, "cloudkms.cryptoKeyVersions.useToSign", "roles/cloudkms.signerVerifier"}

	validateAttestation = method{
		"ValidateAttestationOccurrence", serviceBinauthz, "binaryauthorization.attestors.verifyImageAttested",
		"roles/binaryauthorization.attestorsVerifier",
	}
)

// remedy is the last line of a diagnostic: the advice for an error of this kind.
func remedy(kind Kind, m method, project string) string {
	if project == "" {
		project = "PROJECT"
	}
	switch kind {
	case KindDenied:
		return fmt.Sprintf("The permission %s is missing. The role %s grants it: "+
			"gcloud projects add-iam-policy-binding %s --member=MEMBER --role=%s", m.permission, m.role, project, m.role)
	case KindOrgPolicy:
		return "No permission helps: an organization policy forbids it. " +
			"Follow the constraint in the configuration, or ask an administrator of the organization's policies. " +
			"To see the constraint, run: gcloud org-policies describe-custom-constraint CONSTRAINT --organization=ORGANIZATION"
	case KindDisabled:
		return fmt.Sprintf("Enable the API, wait a minute and run again: gcloud services enable %s --project=%s", m.service, project)
	case KindUnauthenticated:
		return "Renew the credentials: set credentials or access_token in the provider block, or run: gcloud auth application-default login"
	case KindQuota:
		return fmt.Sprintf("The project's quota for %s stayed exhausted until the time limit. "+
			"Run again in a minute, or raise the quota of project %s.", m.service, project)
	case KindNotFound:
		return "Check the name. If the object was deleted, run a new plan to see all missing objects."
	case KindInvalid:
		return "The service refused the values. Correct them according to its message."
	case KindState:
		return remedyOfState(m)
	case KindLimit:
		return fmt.Sprintf("A limit of %s is reached in project %s: remove unused objects, or ask Google for a higher limit.",
			m.service, project)
	case KindTransient, KindTimeout:
		return "Run again. If the error persists, see https://status.cloud.google.com."
	}
	return ""
}

func remedyOfState(m method) string {
	if m.service == serviceKMS {
		return "Only an enabled key version can sign and return its public key. " +
			"Enable this one, or use another: gcloud kms keys versions enable --help"
	}
	return "Change the object to a state that allows the request, according to the service's message, and run again."
}
