// Package emulator implements, in memory and on one port, the parts of Google's APIs needed by
// Binary Authorization: Binary Authorization itself, GKE, Container Analysis and Cloud KMS signing
// keys, with their IAM policies. Artifact Registry, Cloud Logging and Cloud Asset Inventory have
// the data about images and pods. The emulator serves Google's own clients in any language, without
// an account.
//
// # Guarantees
//
//   - gRPC and REST use the same state. REST has the paths, the JSON, the system parameters and the
//     error bodies of Google's APIs. It supports GKE's legacy zonal paths, and enums by name or by
//     number, as requested by the client.
//   - Defaults, output-only fields, etags, paging, error codes and texts follow Google's
//     documentation or recordings of the services. Keys and signatures are real, and are verified.
//   - Every call has the same steps: it is counted, delayed by the latency, and checked against the
//     quota. Then come the faults before the work, the work, and the faults after the work (see
//     package fault).
//   - Authorization and x-goog-user-project are accepted and ignored. Any project exists. Its
//     number is derived from its id. After the first use of the id, both name the same resources.
//
// Tests can use Google's clients with Addr to change anything outside the tested program. GKE has
// methods for the rest: for example, to keep a cluster busy or to let an operation fail.
//
// # Pods
//
// Clusters run pods. Pods().CreatePods takes a manifest, like kubectl. The following HTTP methods
// do the same. They have the address of Google's methods, and need no credentials either:
//
//	POST   /emulator/v1/projects/{p}/locations/{l}/clusters/{c}/pods   a manifest, YAML or JSON
//	       200 {"pods":[{"name","namespace","admitted","dryRun","message"}]},
//	       403 with kubectl's words for a refusal
//	DELETE /emulator/v1/projects/{p}/locations/{l}/clusters/{c}/namespaces/{ns}/pods/{name}
//
// If the cluster's mode includes the project's policy, the emulator evaluates this policy with its
// attestors and attestations, and verifies the signatures. Every pod has an entry in the audit log,
// admitted or not. Admitted pods are also in the inventory. It can lag behind (Assets().Lag,
// Freeze).
//
// The emulator also evaluates platform policies bound to the cluster. It admits a violating pod,
// and adds an entry of continuous validation at its start and in each run of the monitor.
// Pods().Monitor starts a run, and so does:
//
//	POST /emulator/v1/pods:monitor   200 {"entries":N}
//
// Controllers such as a Deployment create the requested number of pods. Pods().FailOpen admits the
// next pods without evaluation, CreatePodsAt creates pods in the past, and Logging().Add adds any
// other entry.
//
// # Images
//
// Analysis().Scan and Build write the results of Google's scanner and of Cloud Build for an image.
// The same over HTTP:
//
//	POST /emulator/v1/projects/{p}/images:scan
//	       {"image":"…@sha256:…","status":"FINISHED_SUCCESS","findings":[{"cve":"CVE-2026-1",
//	       "severity":"HIGH","effectiveSeverity":"LOW","package":"zlib","fixAvailable":true,
//	       "fixedVersion":"1.3"}]}
//	POST /emulator/v1/projects/{p}/images:build
//	       {"image":"…@sha256:…","source":"https://github.com/org/repository",
//	       "configBased":true,"format":"v0.1" or "v1.0"}
//
// There is no registry. Artifacts().Put and Sign add the data of Artifact Registry about an image,
// and its Sigstore signatures. The same over HTTP:
//
//	POST /emulator/v1/images
//	       {"uri":"us-docker.pkg.dev/…@sha256:…","uploadTime":"2026-01-02T03:04:05Z","tags":["v1"]}
//	POST /emulator/v1/images:sign
//	       {"uri":"us-docker.pkg.dev/…@sha256:…","payload":"base64","signature":"base64"}
//
// A new scan of an image replaces the previous one, so a scan can first be PENDING or SCANNING.
// With "after":"5s", it ends without another call.
//
// # Where the real behavior is not known
//
// The emulator usually takes the stricter reading. Some entries take the lenient one, such as a
// check that is not made; they say so. Each entry is the id of a probe in package probe, with the
// emulator's behavior. `make probe` asks the emulator, and with GOOGLE_PROJECT also Google. `make
// unknowns` generates this list from the probes.
//
// All services:
//
//   - FIELDS-UNKNOWN: A field mask for a partial response with an unknown name is INVALID_ARGUMENT.
//     With Options.IgnoreFieldMasks, the answer is complete instead, as from methods without
//     support.
//   - REST-PATH-UNKNOWN: An unknown path returns a JSON error; Google's front end returns an HTML
//     page.
//   - REST-METHOD-UNKNOWN: A wrong HTTP method for a path is NOT_FOUND, with a JSON error. This
//     includes POST for the IAM policy of an attestor, and GET for that of a note.
//   - REST-SLASH: One slash at the end of a path is accepted. Published tutorials need it.
//   - JSON-FIELD-UNKNOWN: Unknown fields of a JSON body are INVALID_ARGUMENT. The error does not
//     contain their position. Names with another case are unknown; those with underscores are the
//     protobufs' own.
//   - JSON-FIELD-UNKNOWN-GKE: GKE ignores unknown fields of a JSON body in v1 and v1beta1, because
//     its clients are often newer than the service.
//   - JSON-QUOTES: JSON with single quotes is accepted. Published tutorials need it.
//   - JSON-KEYS: Google's other extensions of JSON, such as keys without quotes and trailing
//     commas, are refused.
//   - LOCATION-UNKNOWN-GKE: A location other than Google's regions and zones and Options.Locations
//     is PERMISSION_DENIED in every call of GKE. The list of locations is from October 2026.
//   - LOCATION-UNKNOWN-SYSTEM-POLICY: The same applies to a system policy, but it has no zones.
//   - LOCATION-UNKNOWN-KMS: Locations of Cloud KMS are not checked.
//   - PAGE-TOKEN-OFFSET: A page token is only an offset: entries created or deleted between two
//     pages shift the list. If nothing is left, the page is empty.
//   - PAGE-TOKEN-MALFORMED: A malformed page token is INVALID_ARGUMENT.
//   - PAGE-SIZE-NEGATIVE: A negative page size is INVALID_ARGUMENT. In a search of Cloud Asset
//     Inventory, it means the default size, as documented.
//   - SYSTEM-POLICY-REGION: The system policy allows GKE's image registries from Google's
//     documentation and, in a region, the registry of this region. It denies everything else.
//     Google's own policy is not published.
//   - SYSTEM-POLICY-GLOBAL: The system policy of "global" has no registry of a region, because
//     Google does not document one.
//
// Attestors:
//
//   - ATTESTOR-ETAG-STALE: A write with a stale etag is ABORTED; some services return
//     FAILED_PRECONDITION. A malformed etag counts as stale.
//   - ATTESTOR-ETAG-NONE: A write without an etag succeeds.
//   - ATTESTOR-ETAG-REPLY: Replies to writes of an attestor have no etag, as recordings show for a
//     create. Gets and lists have it.
//   - ATTESTOR-ETAG-UNCHANGED: An update without changes creates a new etag.
//   - ATTESTOR-ID-CHARACTERS: Ids of attestors have only letters of both cases, digits, hyphens and
//     underscores. The first character is a letter or digit.
//   - ATTESTOR-NOTE-NUMBER: A note reference must be a full name with a project id, as documented.
//     A project number is refused.
//   - ATTESTOR-NOTE-MISSING: The existence of an attestor's note is not checked.
//   - ATTESTOR-NOTE-SHARED: Two attestors can have the same note.
//   - ATTESTOR-EXISTS: A create of an existing attestor is ALREADY_EXISTS, even with the same
//     content.
//   - ATTESTOR-PROJECT-NUMBER: Names of attestors in answers have the project id, also after a
//     create or get by project number.
//   - ATTESTOR-KEYS-LIMIT: The 1001st key of an attestor is INVALID_ARGUMENT.
//   - ATTESTOR-LIMIT: The 201st attestor of a project is RESOURCE_EXHAUSTED.
//   - ATTESTOR-LIST-PAGE: Lists of attestors and platform policies have 100 entries per page if the
//     request has no page size. A larger page size counts as 100.
//
// Keys and signatures:
//
//   - KEY-ID-TWICE: Ids of public keys must differ within an attestor.
//   - KEY-ID-FORM: The id of a PKIX key has no ":" or is a URI, as in Kritis; the reference
//     requires a URI.
//   - KEY-ALGORITHM: A key needs a text of its kind and a fitting algorithm.
//   - KEY-PEM-TEXT: A PEM text is exactly one block without headers, surrounded only by white
//     space. It reads as sent.
//   - KEY-PGP-BLOCKS: Two armored OpenPGP blocks in one text are refused.
//   - KEY-PGP-SEVERAL: Of several OpenPGP keys in one text, the first sets the id.
//   - KEY-PGP-VERSION: An OpenPGP key must have version 4. Version 6 is refused.
//   - KEY-PGP-EXPIRED: An attestor accepts an expired OpenPGP key; its signatures do not verify.
//   - SIGNATURE-PGP-CLEAR: An OpenPGP signature is an armored message. Google's texts disagree
//     about clear-signed messages: they are accepted, because the command in gcloud's help makes
//     them.
//   - SIGNATURE-PGP-BINARY: An OpenPGP message without armor is not mentioned in Google's texts,
//     and is not accepted.
//   - SIGNATURE-KEY-ID: A signature verifies an attestation only if its key id equals the id of the
//     attestor's key.
//   - SIGNATURE-ONE-GOOD: One valid signature is enough, independent of the others.
//   - SIGNATURE-JWT: JWTs of an attestation are ignored: one without signatures is not verifiable.
//   - SIGNATURE-PSS-SALT: The salt of an RSA-PSS signature is as long as its digest.
//   - SIGNATURE-PAE: A signature of the payload in DSSE's encoding, an option of gcloud, does not
//     verify for an attestor. It verifies in a check of a platform policy.
//   - SIGNATURE-PAYLOAD-CASE: The payload of an attestation has gcloud's type and layout. The type
//     and the field names are case-insensitive, because Google's pages differ. White space and
//     additional fields are ignored.
//   - SIGNATURE-PAYLOAD-IMAGE: The payload must contain the digest of the occurrence's resource;
//     its repository is ignored.
//   - SIGNATURE-ATTESTOR-MISSING: Validation by a missing attestor is NOT_FOUND, without an
//     attestation INVALID_ARGUMENT.
//   - V1BETA1-NOTE: v1beta1 and v1alpha2 of Binary Authorization are v1 with userOwnedDrydockNote
//     for userOwnedGrafeasNote. The latter is an unknown field there.
//   - V1BETA1-KEY-ID: They also have the fields that v1 messages lack, such as the keyId of a PKIX
//     key.
//
// The policy of a project:
//
//   - POLICY-ETAG-NEVER-WRITTEN: A policy that was never written has no etag, so that any etag is
//     stale.
//   - POLICY-ETAG-REPLY: The reply to a write of the policy has no etag. A get has it.
//   - POLICY-ETAG-STALE: A write of the policy with a stale etag is ABORTED.
//   - POLICY-ETAG-ORDER: The policy's etag is checked after its contents.
//   - POLICY-ATTESTOR-MISSING: Every required attestor must exist when the policy is written; a
//     missing one is INVALID_ARGUMENT.
//   - POLICY-ATTESTOR-SHORT: Attestors must have full names.
//   - POLICY-ATTESTOR-NUMBER: An attestor of a rule can be named by project number, and reads as
//     written. This is the lenient reading: a note reference by project number is refused.
//   - POLICY-ATTESTOR-TWICE: The same attestor twice in a rule is INVALID_ARGUMENT.
//   - POLICY-REFERENCES-LIMIT: The 201st reference to an attestor in a policy is INVALID_ARGUMENT.
//   - POLICY-ATTESTOR-DELETE: A required attestor can be deleted. The rule keeps its name.
//   - POLICY-NAMESPACE-DIGITS: Namespaces as keys of rules can have digits, although the documented
//     form is [a-z.-]+: Kubernetes namespaces have them. Set API.RefuseDigits for the documented
//     form.
//   - POLICY-NAMESPACE-FORM: Namespaces as keys of rules cannot have upper case or underscores.
//   - POLICY-SPIFFE: Rules for Istio service identities keep their keys as written, with or without
//     "spiffe://"; set API.StripSPIFFE to remove it.
//   - POLICY-PATTERN-WILDCARD: An allowlist pattern can have its wildcard only at its end and after
//     "registry/".
//   - POLICY-PATTERN-FORM: An allowlist pattern with a scheme, with an empty path element or with a
//     slash at its end is INVALID_ARGUMENT.
//   - POLICY-PATTERN-TWICE: A duplicate allowlist pattern is kept twice, in the order of the
//     request.
//   - POLICY-KEY-FORM: The id of a cluster in the key of a rule has at most 63 characters, as for
//     members of a fleet. The key for an Istio service identity has no white space.
//   - POLICY-SPIFFE-TWICE: Two rules for one Istio service identity, with and without "spiffe://",
//     are INVALID_ARGUMENT.
//   - POLICY-PROJECT-NUMBER: The name of a policy in answers has the project id, also after a write
//     or get by project number.
//   - POLICY-MODE-UNSPECIFIED: A policy written without a global evaluation mode reads without one.
//
// Platform policies:
//
//   - PLATFORM-ETAG-REPLY: Replies to writes of a platform policy have no etag. Gets and lists have
//     it.
//   - PLATFORM-ETAG-STALE: A replacement or a delete of a platform policy with a stale etag is
//     ABORTED.
//   - PLATFORM-PROJECT-NUMBER: The name of a platform policy has the project's id, also after a
//     write by the project's number.
//   - PLATFORM-ID-CHARACTERS: Ids of platform policies have only letters, digits, hyphens and
//     underscores. The first character is a letter or digit.
//   - PLATFORM-SCOPE-ORDER: A check set of a platform policy must come before every check set that
//     also matches its pods, as documented. A stricter order by kind of scope is not required.
//   - PLATFORM-SCOPE-LAST: The last check set must have no scope.
//   - PLATFORM-SCOPE-TWICE: Two check sets with the same scope are INVALID_ARGUMENT, even without a
//     scope.
//   - PLATFORM-SCOPE-FORM: The names in a scope have the same form as the keys of a project
//     policy's rules: no upper case or underscores.
//   - PLATFORM-DENY-FALSE: An alwaysDeny of false is INVALID_ARGUMENT, even beside another kind of
//     check.
//   - PLATFORM-PROJECTS-LIMIT: The eleventh Container Analysis project of a check is
//     INVALID_ARGUMENT.
//   - PLATFORM-AUTHENTICATOR-KEYS: An attestation authenticator needs a public key, although the
//     reference calls its set of keys optional.
//   - PLATFORM-REQUIRED: All fields documented as required must be set in every part of a platform
//     policy. A check has exactly one kind.
//   - PLATFORM-TEXT-EMPTY: Lists of a platform policy have no empty string and no null.
//   - PLATFORM-TEXT-FORM: Image patterns, directories, source repositories and CVEs of a platform
//     policy must have a documented form. Google does not document that all other forms are
//     refused.
//   - PLATFORM-IAM: Platform policies have no IAM policy: a read of it is INVALID_ARGUMENT.
//
// Evaluation of platform policies and its evidence:
//
//   - EVALUATION-KINDS: An evaluation accepts one object of the kinds Pod, Deployment, ReplicaSet,
//     StatefulSet, DaemonSet, Job and ReplicationController. CronJob, List and other kinds are
//     INVALID_ARGUMENT, with a message not from Google.
//   - EVALUATION-TEXT: The object to evaluate can be a text with JSON or YAML. Several objects are
//     INVALID_ARGUMENT.
//   - EVALUATION-IMAGES-NONE: An object without images to evaluate is INVALID_ARGUMENT.
//   - EVALUATION-CONTAINERS: An evaluation has one result for each different image of a pod. The
//     images of init and ephemeral containers count, as in continuous validation.
//   - EVALUATION-DEFAULTS: A pod without namespace or service account is reported with "default".
//     Google does not document whether it is also evaluated so: if this makes a difference, the
//     strictest verdict decides.
//   - EVALUATION-ATTESTATION-TAG: A check of attestations does not find one whose resource has a
//     tag before the digest.
//   - EVALUATION-FIELD-UNKNOWN: The field attestationMode of an evaluation is INVALID_ARGUMENT as
//     an unknown field. Only gcloud's hidden command evaluate-and-sign sends it.
//   - EVALUATION-ORDER: An evaluation request is fully parsed before the policy is looked up.
//   - EVALUATION-EXPLANATION: The type of an alwaysDeny check is AlwaysDeny, in evaluations and in
//     the log. The explanation of a trusted directory is Google's example; all other explanations
//     have its form, with the emulator's own sentences.
//   - GOOGLE-NOTES: Only Google can write in its own projects for scans and builds, such as
//     goog-analysis: others get PERMISSION_DENIED.
//   - ARTIFACTS-IMAGE-TAG: An image without a digest is INVALID_ARGUMENT in Artifact Registry.
//   - ARTIFACTS-ORDER: Lists of images support the orders by name and by update_time; other orders
//     are INVALID_ARGUMENT.
//   - ARTIFACTS-LOCATION: Locations of Artifact Registry are not checked: a repository in an
//     unknown location is NOT_FOUND.
//
// IAM:
//
//   - IAM-ETAG-STALE: A write of an IAM policy with a stale etag is ABORTED; one without an etag
//     succeeds.
//   - IAM-ETAG-EMPTY: A resource without a written IAM policy has the etag ACAB.
//   - IAM-CONDITION-VERSION: A policy without version 3 must not have conditions.
//   - IAM-CONDITION-HIDDEN: A read with a version below 3 returns roles ending in _withcond_ and a
//     hash.
//   - IAM-CONDITION-LOST: With an etag, a replacement of a policy with conditions must have version
//     3, as documented; otherwise it is INVALID_ARGUMENT.
//   - IAM-CONDITION-HASH: A role name with _withcond_ cannot be written.
//   - IAM-CONDITION-BASIC-ROLE: Basic roles cannot have a condition.
//   - IAM-CONDITION-EVERYBODY: Members for everybody cannot have a condition.
//   - IAM-CONDITION-NOTE: An allow policy of a note takes no condition.
//   - IAM-PARTS: An update mask and audit configurations are INVALID_ARGUMENT over gRPC too: the
//     REST APIs of attestors, policies and notes have neither.
//   - IAM-BINDING-EMPTY: Bindings without members are removed.
//   - IAM-MEMBER-TWICE: Duplicate members are removed, and bindings of the same role are merged.
//   - IAM-MEMBER-MISSING: Members are checked for their form, not for existence.
//   - IAM-MEMBER-CASE: E-mail addresses, domains and projects of members are stored in lower case;
//     IAM.KeepCase keeps the spelling. Both were reported.
//   - IAM-MEMBER-DELETED: An existing deleted: member is kept, and a new one is refused.
//   - IAM-ROLE-MISSING: Roles are checked for their form, not for existence.
//   - IAM-DELETED-RESOURCE: A deleted and recreated attestor does not keep its IAM policy.
//   - IAM-TEST-WILDCARD: A test of a permission with a wildcard is INVALID_ARGUMENT.
//
// GKE:
//
//   - GKE-CLUSTER-MISSING: The error for a missing cluster in a zone contains zones, not locations.
//   - GKE-OPERATION-MISSING: The error for an unknown operation has the words for an unknown
//     cluster.
//   - GKE-NAME-MALFORMED: A malformed name of a cluster is INVALID_ARGUMENT.
//   - GKE-UPDATE-ORDER: An update of a missing cluster is NOT_FOUND, even without any field.
//   - GKE-BINDINGS-NONE: A POLICY_BINDINGS mode without bindings is INVALID_ARGUMENT.
//   - GKE-BINDINGS-OTHER-MODE: Bindings with another mode are INVALID_ARGUMENT.
//   - GKE-BINDINGS-TWICE: The same policy bound twice is INVALID_ARGUMENT, even once by project id
//     and once by project number.
//   - GKE-BINDINGS-MISSING: The existence of a bound policy is not checked.
//   - GKE-BINDINGS-NUMBER: Reads of bindings have the project number; set API.NormalizeBindings to
//     false to get them as written.
//   - GKE-BINDINGS-LIMIT: The eleventh binding is INVALID_ARGUMENT.
//   - GKE-V1-READS-BINDINGS: A read over v1 of a cluster in a POLICY_BINDINGS mode has
//     evaluation_mode 3 or 4, not defined in the published v1 enum, and no bindings. REST uses the
//     names of v1beta1 unless the request asks for numbers.
//   - GKE-V1-WRITES-BINDINGS: The POLICY_BINDINGS modes cannot be written over v1.
//   - GKE-DISABLED-READ: DISABLED reads as DISABLED.
//   - GKE-ENABLED-READ: enabled:true reads as enabled:true with PROJECT_SINGLETON_POLICY_ENFORCE;
//     set API.EnabledAlone to get enabled:true alone. Both were observed.
//   - GKE-ENFORCE-READ: PROJECT_SINGLETON_POLICY_ENFORCE reads without enabled.
//   - GKE-UPDATE-NOTHING: An update without changes still runs an operation.
//   - GKE-UPDATE-EMPTY: An update without any field is INVALID_ARGUMENT.
//   - GKE-UPDATE-TWO: An update with more than one desired_ field is INVALID_ARGUMENT.
//   - GKE-UPDATE-LOGGING-MONITORING: Logging and monitoring can be updated together.
//   - GKE-UPDATE-POOL: desired_node_pool_id only selects the node pool, and goes with autoscaling,
//     image type and version of a node pool.
//   - GKE-POOL-MISSING: The message for a missing node pool is the same as for a missing cluster.
//   - GKE-LABELS-FINGERPRINT: Labels with a stale fingerprint are FAILED_PRECONDITION.
//   - GKE-ETAG-STALE: An update of a cluster with a stale etag is ABORTED.
//   - GKE-ETAG-WHEN: The etag of a cluster changes when an operation finishes, not when it starts.
//   - GKE-BUSY: An etag mismatch is reported before a busy cluster. A busy cluster names the
//     running operation, with the reason CLUSTER_ALREADY_HAS_OPERATION.
//   - GKE-OPERATION-FIELDS: Operations have zone but not location, as in a recording. A finished
//     update has no progress.
//   - GKE-OPERATION-ORDER: Operations are listed oldest first, and are kept forever.
//   - GKE-NEW-BUSY: A cluster in PROVISIONING refuses updates, and names its create operation. The
//     same applies to ERROR, RECONCILING and STOPPING, not to DEGRADED.
//   - GKE-NEW-EXISTS: A create of an existing cluster is ALREADY_EXISTS, even during its creation.
//   - GKE-NEW-PROGRESS: A finished create has progress, with the counts of a recording.
//   - GKE-NEW-NODES: A cluster with its own node pools has no initial_node_count. Its node_config
//     is that of its first node pool.
//   - GKE-NEW-FALSE: Every message of a new cluster or node pool keeps its bools as sent: false and
//     absent are indistinguishable. Secure boot alone disables the integrity monitoring of the
//     nodes.
//   - GKE-NEW-NETMASK: Ranges are the standard ones unless the request has addresses; a netmask
//     alone takes the start of the standard range. The secondary ranges of a subnetwork are not
//     looked up.
//   - GKE-NEW-EMPTY: Empty messages are returned as sent, except for those missing in recordings:
//     network_policy, the window of maintenance_policy, and global_access if false.
//   - GKE-NEW-SETTING: A new cluster without a Binary Authorization setting has no message for it.
//   - GKE-NEW-ROUTES: Fields for use_ip_aliases only are INVALID_ARGUMENT with use_routes.
//   - GKE-NEW-ROUTES-READ: A cluster with use_routes has no ranges in ip_allocation_policy.
//   - GKE-NEW-VERSION-ALIAS: The available versions are fixed. An alias without a version in the
//     cluster's channel is INVALID_ARGUMENT.
//   - GKE-NEW-VERSION-OLD: A full version is accepted even if it is not available, and node
//     versions are not compared with the master's.
//   - GKE-NEW-NO-NODES: A cluster without any number of nodes gets one node, although GKE may
//     refuse it.
//   - GKE-NEW-AUTOPILOT: A cluster on Autopilot has no initial_node_count and no nodes. Its node
//     pools cannot be changed.
//
// Cloud KMS:
//
//   - KMS-PURPOSE: A purpose that does not fit the algorithm is INVALID_ARGUMENT.
//   - KMS-ALGORITHM-NONE: A key for signing needs an algorithm.
//   - KMS-VERSION-STATE: A new version is ENABLED at once, never PENDING_GENERATION. Its protection
//     level is SOFTWARE unless the key sets another.
//   - KMS-PUBLIC-DISABLED: Only an ENABLED version has a readable public key.
//   - KMS-PUBLIC-FORMAT: With a public_key_format, the field pem stays empty: the response
//     documents only public_key for this case.
//   - KMS-SIGN-DATA: RSA, P-256 and P-384 keys sign only a digest.
//   - KMS-SIGN-DIGEST: ML-DSA-65 and Ed25519 keys sign only data.
//   - KMS-NAME-MALFORMED: A malformed name is INVALID_ARGUMENT, even in cases of a possible
//     NOT_FOUND by the service.
//   - KMS-VERSION-MISSING: A version of a missing key is NOT_FOUND, and the message names the
//     version.
//   - KMS-LIST-ORDER: Lists are ordered by name, versions by number.
//   - KMS-LIST-ORDER-BY: Only the order by name is supported.
//   - KMS-LIST-FILTER: Filters support the documented syntax with full names. Lists of values are
//     not supported, and an unknown field is INVALID_ARGUMENT.
//   - KMS-PROJECT-NUMBER: A project's number and id name the same resources. Answers contain the
//     id.
//
// Container Analysis:
//
//   - NOTE-HINT: An attestation note needs a hint with a name.
//   - NOTE-ID-CHARACTERS: Ids of notes have only letters, digits and the characters . _ ~ : + @ %
//     and -. The first character is a letter or digit. Google publishes no rule; others may be
//     refused.
//   - NOTE-LOCATION: Notes and occurrences in a location are refused: Binary Authorization does not
//     read them.
//   - NOTE-KIND: The kind of a note or occurrence never changes.
//   - NOTE-MASK-UNKNOWN: An update mask must name existing fields.
//   - NOTE-MASK-OUTPUT: Output-only fields in a mask or a body are ignored.
//   - NOTE-MASK-NONE: An update without a mask writes the set fields, and keeps the others.
//   - NOTE-EXISTS: A create of an existing note is ALREADY_EXISTS, and the message contains only
//     its id.
//   - NOTE-DELETE-USED: A note with occurrences can be deleted; the occurrences stay.
//   - NOTE-PAGE-SIZE: A page size above 1000 counts as 1000.
//   - NOTE-BATCH: A batch is created completely or not at all.
//   - NOTE-V1BETA1: v1beta1 is v1 with attestationAuthority, resource.uri and
//     genericSignedAttestation, with contentType always SIMPLE_SIGNING_JSON; the rest of resource
//     is ignored.
//   - OCCURRENCE-PAYLOAD: An attestation needs a payload with a signature, or a JWT.
//   - OCCURRENCE-RESOURCE: The resource of an attestation has the form
//     registry/repository@sha256:digest.
//   - OCCURRENCE-RESOURCE-SCHEME: The resource of an attestation starts with https:// as
//     documented, or has no scheme as written by gcloud. These are two resources.
//   - OCCURRENCE-DUPLICATE: A second equal attestation of the same note on the same resource in a
//     project is ALREADY_EXISTS, independent of its creator. Another signature makes another
//     attestation.
//   - OCCURRENCE-UPDATE-NOTE: The body of an update must contain the occurrence's note, and note
//     and resource must stay the same.
//   - OCCURRENCE-NOTE-MISSING: An occurrence on a missing note is NOT_FOUND, with the message for
//     any missing note.
//   - OCCURRENCE-LIST-ORDER: Notes are listed by name, occurrences oldest first.
//   - OCCURRENCE-FILTER: Filters support =, has_prefix and has_suffix of the documented fields,
//     joined by AND. Everything else is INVALID_ARGUMENT.
//   - OCCURRENCE-BATCH-DUPLICATE: A batch with a duplicate attestation is ALREADY_EXISTS, and
//     nothing of it is created.
//
// Cloud Logging:
//
//   - LOGGING-FILTER-SUBSET: Filters support the searches for audit logs: =, :, comparisons of
//     times, quoted texts for any field, AND, OR, parentheses. Other parts of the query language
//     are INVALID_ARGUMENT, and the error names the part: NOT, !=, =~, lists of values, functions,
//     field:*, comments, texts without quotes.
//   - LOGGING-FILTER-FIELD: Field names are those of JSON, case-sensitive. A field unknown in log
//     entries is INVALID_ARGUMENT; an unknown field of a free payload matches nothing.
//   - LOGGING-FILTER-TIME: A date in a comparison of times means midnight. An invalid time is
//     INVALID_ARGUMENT.
//   - LOGGING-PARENT: Only projects are supported. Folders, organizations, billing accounts and
//     views are INVALID_ARGUMENT, because an empty answer would look like no denials.
//   - LOGGING-ORDER: The only supported orders are "timestamp asc" and "timestamp desc", in lower
//     case.
//   - LOGGING-PAGE-SIZE: A page size above 1000 is INVALID_ARGUMENT.
//
// Cloud Asset Inventory:
//
//   - ASSET-TYPE: Only the asset types of cluster objects are supported; every other type is
//     INVALID_ARGUMENT, like an unknown type. An expression must match the whole type.
//   - ASSET-PAGE-SIZE: A page size above 1000 in a list is INVALID_ARGUMENT. A page size above 500
//     in a search counts as 500, as documented.
//   - ASSET-READ-TIME: A requested read time can be up to 35 days in the past, and not in the
//     future.
//   - ASSET-FOLDER: A folder or organization without any content is PERMISSION_DENIED.
//   - ASSET-SEARCH-QUERY: Queries of a search are exact comparisons of name, displayName, location,
//     project (by number) and parentFullResourceName. Everything else is INVALID_ARGUMENT.
//   - ASSET-SEARCH-ORDER: A search accepts only the order by name. Every other order is
//     INVALID_ARGUMENT.
//   - ASSET-RELATIONSHIPS: Relationship types without the content type RELATIONSHIP are
//     INVALID_ARGUMENT.
//
// Pods:
//
//   - POD-DENIED-ENTRY: The codes in the audit log entry of a refused pod come from a recording:
//     400 and INVALID_ARGUMENT, VIOLATES_POLICY, a cause for each image.
//   - POD-DENIED-WORDS: The messages for rules of namespaces and accounts are unknown; they imitate
//     the message for the default rule.
//   - POD-DENIED-IMAGES: The form of a message with several images of a pod is unknown: it contains
//     all of them, separated by semicolons.
//   - POD-IMAGE-MALFORMED: An image with an invalid name before its digest is always denied, with a
//     message not from Google.
//   - POD-IMAGE-DIGEST: The rule applies to an image with a malformed digest: an attestor refuses
//     it as recorded for a tag, a dry run and ALWAYS_ALLOW admit it.
//   - POD-BREAK-GLASS: Breakglass is the label image-policy.k8s.io/break-glass, "true". The log
//     entry contains the overridden result.
//   - POD-BREAK-GLASS-ANNOTATION: The older annotation alpha.image-policy.k8s.io/break-glass has
//     the same effect.
//   - POD-BREAK-GLASS-ALLOWED: Breakglass is logged even if the policy would have admitted the pod.
//   - POD-BREAK-GLASS-DRY-RUN: Breakglass is logged instead of a dry run.
//   - POD-EXISTS: A duplicate pod name is refused after the policy decision, and has an entry with
//     AlreadyExists.
//   - POD-ATTESTATION-SCHEME: Attestations count with and without https:// in their resource.
//   - POD-ATTESTATION-IMAGE: An attestation is for a digest in every registry and repository, as
//     documented. The same applies with a tag before the digest.
//   - POD-LOG-KEYS: A quoted text for any field also matches keys of maps. The documented search
//     for breakglass needs this. Comparisons are case-insensitive, as documented.
//   - POD-LOG-STATUS: An entry of an admitted pod has an empty status, {} in JSON. Recordings have
//     {"code":0}.
//   - POD-ASSET: The name of a cluster has zones for a zone and locations for a region: both forms
//     are documented, but not their use. Without a content type, an asset has only its name and
//     type, as documented for the field; a guide shows more. The JSON of a pod has no kind and no
//     apiVersion, because programs that read it add them.
//
// # Limits of the emulator
//
// These limits do not depend on Google's behavior. Either no call to an API can disprove them, or
// the emulator intentionally does less than Google.
//
// All services:
//
//   - A write denied by an organization policy (a fault of kind org_policy) is FAILED_PRECONDITION.
//     The text is from Binary Authorization's documentation, the details from other services. It is
//     unknown whether GKE reports some denials only in the operation: a test would need an
//     organization with such a policy.
//   - A page token does not expire.
//   - Every project exists, so a list in a missing project cannot be refused.
//   - A write is visible to the next read. IAM is eventually consistent: IAM.ShowOld makes reads
//     lag behind. A change of a policy affects pods at once.
//   - The permissions granted by an IAM policy are not checked, so nobody can lose access.
//   - Error texts without a source in a recording or in the documentation are the emulator's own.
//     So is denial_reason. Probes compare only texts with such a source.
//
// Quotas:
//
//   - Quotas count the calls of the last 60 seconds, not of the clock's minute, per project in the
//     resource name.
//   - Google publishes the quotas of Binary Authorization and GKE. 60 a minute for entries.list,
//     100 for assets.list and 400 for searchAllResources are from memory. The other APIs have none.
//     The quota of requests for admission is not emulated. GKE's quota counts 60 seconds, not 100.
//
// GKE:
//
//   - A desired_ field without a field of the same name in Cluster is UNIMPLEMENTED, except for
//     versions.
//   - A cluster stays after a failed creation, in ERROR. After a failed deletion, it stays
//     unchanged.
//   - Operations are kept forever.
//   - Lists omit only clusters in a missing location, not regional ones with nodes there.
//   - Of the methods with a custom verb, v1beta1 has only setResourceLabels. Separate methods for
//     updates of node pools, limits on the number of clusters, and IAM are not emulated.
//   - Node locations are not compared with the zones of the region.
//   - With an operation time, the reply to a write has the status PENDING. In a recording it is
//     RUNNING.
//
// Evaluation of platform policies:
//
//   - Google does not document some verdicts. If several verdicts are possible, the answer is the
//     strictest. Package conformance lists these cases.
//   - Evidence is read without permissions, in the projects named by the check, by id or by number.
//     Evaluations count as reads for the quota.
//   - Custom constraints have the statement of a provenance as payload, and its fields as
//     variables. Google does not document the names (package cel). A constraint with an error is
//     not satisfied. A test of the names would need a provenance by Cloud Build.
//
// Cloud KMS:
//
//   - Keys have one of the algorithms supported by Binary Authorization, or EC_SIGN_ED25519 as an
//     unsupported one. Another algorithm, purpose or protection level is UNIMPLEMENTED.
//   - Lists have 100 entries per page.
//   - The update mask of a write of an IAM policy is ignored.
//
// Container Analysis:
//
//   - A denied create of an occurrence names the permission on the project or on the note, as set
//     in the fault. The permission on the project is checked first. The texts are from recordings
//     of other methods.
//   - Only occurrences of kind ATTESTATION are compared with existing ones.
//   - pgpSignedAttestation of v1beta1 is UNIMPLEMENTED. Vulnerability summaries are not emulated.
//   - Only Scan and Build write in the projects goog-analysis, goog-vulnz and verified-builder and
//     on their notes. A note in them exists after the first write on it. Others can neither change
//     nor delete an occurrence on these notes, in any project: a test would have to change a real
//     scan result. An image has one DISCOVERY occurrence, and one VULNERABILITY occurrence for each
//     CVE. Scans do not end or become INACTIVE with time, and no scan starts automatically.
//   - A provenance names Google's key, but another key signs it: a program that verifies Google's
//     signature refuses it. The older form has no recipe.arguments. A written provenance with
//     arguments of a type not linked in, such as Cloud Build's, is INVALID_ARGUMENT.
//
// Artifact Registry:
//
//   - The only methods are dockerImages.get and list, over REST. A repository exists after the
//     first image in it. Sizes, build times and manifests of several platforms are omitted.
//   - A slash in an image name is %2F in the resource name. In a URL it may be escaped again, as in
//     Google's Go client.
//   - Lists are ordered by name. A page has 100 images, or up to 1000 on request.
//   - A second push of an image changes its tags, not its upload time.
//   - Signatures have the form of Sigstore's simple signing. Their tag sha256-….sig is not listed.
//
// Cloud Logging:
//
//   - ListLogEntries is the only method. The others are UNIMPLEMENTED.
//   - A token is an offset here too: new entries shift a list in the order newest first.
//     EmptyFirstPage creates a first page without entries, as documented.
//   - Entries are kept forever. They are visible at once, although receiveTimestamp is half a
//     second later than timestamp.
//
// Cloud Asset Inventory:
//
//   - It contains only pods. Content types other than RESOURCE are UNIMPLEMENTED. No sensitive
//     field is removed. The URL of a resource and the state of a search result are empty.
//   - A search without a page size has 100 results. Lists are ordered by name. A token does not
//     contain the time of the first page.
//   - The read time of an answer is the current time minus the lag, or an earlier requested time.
//
// Pods:
//
//   - Pods have no Istio identity, so rules for such identities never apply.
//   - A refused pod of a controller has no name in the log, only the prefix of the name. The log
//     has one entry for each requested pod; a real controller stops at the first one and tries
//     again. A DaemonSet has one node.
//   - An entry of a pod admitted without evaluation has one of three documented labels. FailOpen
//     sets it.
//   - Updates of pods are not emulated. Running pods are not evaluated again.
//   - Bindings of a cluster do not refuse pods. The cluster must exist; its status has no effect.
//   - Continuous validation has no clock: it runs at the start of a pod and in Monitor. Its entries
//     are visible at once; real ones take hours. The next run also includes ended pods.
//   - Continuous validation evaluates the image in the pod's specification, not the running one.
//     Its entries contain the violated checks of an image. A check with an error (ERROR) is not
//     logged, because the log has no verdict for it. Each missing policy has one entry per run. The
//     log never reports missing roles, because the emulator has no roles.
//   - An image named by tag runs with a digest derived from its name. SetDigest sets another.
//
// # Not simulated
//
//   - Authentication, authorization and organization policies. Faults simulate their refusals. The
//     condition of a constraint is not evaluated.
//   - Propagation: a write is visible to the next call.
//   - The Kubernetes API, and the older continuous validation by the project's policy.
//   - Compute Engine: networks and subnetworks are only names, and node pools have no instance
//     groups.
//   - Regional storage, regional endpoints, and audit logs of anything except pods.
//   - gRPC for Binary Authorization's v1beta1 and v1alpha2 and Container Analysis's v1beta1: these
//     versions exist only over REST. Partial responses of these versions use the names of
//     v1.
package emulator
