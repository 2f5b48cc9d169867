package platformpolicy

// aboutEvaluation is the common documentation of evaluations.
const aboutEvaluation = "**Google monitors by a platform policy and enforces nothing** (continuous validation, a Preview): an image " +
	"that violates it still runs, and Google logs the violation. Only `binauthz_policy` keeps an image from running.\n\nThe " +
	"service evaluates the stored policy with the current attestations, scans, provenance and signatures. Each pod template needs " +
	"one call; a manifest sends a few at a time."

const evaluationPermission = "Permission: `binaryauthorization.platformPolicies.evaluatePolicy` (role " +
	"`roles/binaryauthorization.policyEvaluator`)."

// inputs describes the attributes of a question.
var inputs = map[string]string{
	fieldPolicy: "The policy: full name `projects/{project}/platforms/gke/policies/{name}`, such as the `id` of a " +
		"`binauthz_platform_policy`, or a short name in `project`.",
	fieldImage: "The image as in a pod. Most checks need its digest, `{registry}/{repository}@sha256:{digest}`; the data source " +
		"`binauthz_image` finds the digest of a tag. Exactly one of `image` and `manifest`.",
	fieldManifest: "Kubernetes manifests in YAML or JSON, such as `file(\"deployment.yaml\")`: Pod, Deployment, ReplicaSet, " +
		"StatefulSet, DaemonSet, Job, CronJob, ReplicationController, List, and several documents. All containers count, including " +
		"init and ephemeral containers.",
	fieldNamespace: "The namespace of the pod with `image`. With `manifest`, the default for workloads without a namespace, like " +
		"`kubectl --namespace`. It selects the check set. Absent or empty means a pod without a namespace: Kubernetes uses " +
		"`default`, and Google does not document the behavior of the service.",
	fieldServiceAccount: "The bare name of the service account of the pod with `image`. Absent or empty means a pod without one: " +
		"Kubernetes uses `default`.",
}
