// Package emulator is Google's APIs as Binary Authorization needs them, in memory, on one port: Binary Authorization, GKE, Container Analysis
// and Cloud KMS signing keys, with their IAM policies, and what is known of pods: Cloud Logging and Cloud Asset Inventory. It serves Google's
// own clients of any language and needs no account.
//
// # What it promises
//
//   - gRPC and REST lead to the same state. REST has the paths, the JSON, the system parameters and the error bodies of Google's APIs,
//     with the legacy zonal paths of GKE and with enums by name or by number, as the client asks.
//   - Defaults, output-only fields, etags, paging, error codes and texts are those that Google documents or that recordings of the
//     services show. Keys and signatures are real, and really verified.
//   - Every call is treated in the same order: it is counted, held up by the latency, measured against the quota, struck by a fault that
//     comes before the work, handled, and struck by a fault that comes after the work (see package fault).
//   - Authorization and x-goog-user-project are accepted and ignored. Any project exists; its number is made from its id, and both name
//     the same resources once the id was seen.
//
// Everything can be changed behind a tested program's back with Google's clients against Addr. What these cannot do, such as keeping
// a cluster busy or letting an operation fail, has methods at GKE.
//
// # Pods
//
// Clusters run pods. Pods().CreatePods takes a manifest, as kubectl does, and so do these methods beside Google's, which need no credentials
// either and are on the same address:
//
//	POST   /emulator/v1/projects/{p}/locations/{l}/clusters/{c}/pods   a manifest, YAML or JSON
//	       200 {"pods":[{"name","namespace","admitted","dryRun","message"}]}, 403 with kubectl's words for a refusal
//	DELETE /emulator/v1/projects/{p}/locations/{l}/clusters/{c}/namespaces/{ns}/pods/{name}
//
// In a cluster whose mode asks the project's policy, that policy is evaluated with the attestors and attestations that are here, their
// signatures verified. Every pod leaves an entry in the audit log, admitted or not, and the admitted ones are in the inventory, which can lag
// behind (Assets().Lag, Freeze). Controllers such as a Deployment make as many pods as they ask for. Pods().FailOpen admits the next pods
// unjudged, CreatePodsAt makes pods in the past, Logging().Add takes any other entry.
//
// # Where the real behaviour is not known
//
// The stricter reading was taken. A program that gets along here gets along with either.
//
// All services:
//
//   - A write with an etag that is not the current one is ABORTED; some services answer FAILED_PRECONDITION. A write without etag goes through.
//   - A field mask with an unknown name is INVALID_ARGUMENT. IgnoreFieldMasks answers in full instead, as methods without support do.
//   - A path or HTTP method that no API has is answered with a JSON error, where Google's front end has an HTML page.
//   - Unknown fields of a JSON body are INVALID_ARGUMENT, except at GKE, whose clients are often newer than the service. Their place in the
//     body is not told.
//   - A location that is no region or zone of Google's, or of Options.Locations, is PERMISSION_DENIED in every call of GKE, and for a system
//     policy, which has no zones. Locations of nodes and of Cloud KMS are not checked. The list of locations is that of October 2026.
//   - A write that an organization policy denies (a fault of kind org_policy) is FAILED_PRECONDITION, in the words of Binary Authorization's
//     documentation and with the details that other services show. Whether GKE reports some denials in the operation only is not known.
//   - One slash at the end of a path and JSON with single quotes are taken, as published tutorials need it. What else of Google's JSON is
//     beyond the standard, such as keys without quotes, is refused.
//   - A page token is only an offset: it does not expire, and entries made or deleted between two pages shift it.
//
// Binary Authorization:
//
//   - The replies to all writes of attestors, policies and platform policies come without etag, as is known of attestors.create. Gets and
//     lists have it.
//   - v1beta1 and v1alpha2 are v1 with userOwnedDrydockNote for userOwnedGrafeasNote. They also have what their messages lack in v1, such
//     as the keyId of a PKIX key.
//   - Attestor and platform policy ids have letters, digits, hyphens and underscores only.
//   - A note reference must be a full name with a project id, as documented; whether the note exists is not looked at.
//   - Ids of public keys must differ within an attestor. A key needs text of its kind and an algorithm that fits. The id of a PKIX key has no
//     ":" or is a URI, as Kritis has it; the reference asks for a URI. The signatures of a PGP key that has expired or is revoked do not verify.
//   - Every attestor that a policy requires must exist when the policy is written, and be named in full.
//   - Namespaces as keys of rules may have digits, although the documented form is [a-z.-]+: Kubernetes' namespaces have them. Set
//     API.RefuseDigits for the form as documented. Rules come back under the keys they were written with, with or without "spiffe://";
//     set API.StripSPIFFE to have them without.
//   - An allowlist pattern has its wildcard at its end and after "registry/".
//   - The policy's etag is checked after its contents. A policy that was never written has no etag, so that any is wrong.
//   - Lists have 100 entries to a page. A list in a project that does not exist cannot be refused, as every project exists.
//   - The 201st attestor of a project is RESOURCE_EXHAUSTED, the 1001st key of an attestor INVALID_ARGUMENT.
//   - The system policy allows the image registries of GKE that Google's documentation names and, in a region, that region's own registry, and
//     denies the rest. The one of "global" has no region's registry, as Google does not say which region it is from. Google's own is not published.
//   - An attestation is verified by one good signature whose key id is equal to the attestor key's; JWTs are not looked at. The words of
//     denial_reason are not Google's.
//   - Check sets of a platform policy are ordered service accounts, namespaces, everything else; the last has no scope. Nothing else may have a
//     field that is documented as required left out. Platform policies have no IAM policy.
//
// IAM:
//
//   - A policy without version 3 must not have conditions; a reader that asks for less than version 3 gets roles ending in _withcond_.
//   - Bindings without members are dropped, members are kept once. Members and roles are checked for their form, not for existing.
//   - E-mail addresses, domains and projects of members are kept in lower case; IAM.KeepCase keeps them as written, as both were reported. A
//     deleted: member is kept where it is, and refused where it is new.
//   - Basic roles and members that stand for everybody cannot have a condition; an allow policy of Container Analysis takes none.
//   - A write is visible to the next read. IAM.ShowOld makes reads lag behind, as IAM is eventually consistent. What permissions a policy
//     gives is not looked at, so nobody can lock himself out.
//
// Quotas:
//
//   - They count the calls of the last 60 seconds, not of the clock's minute, against the project in the resource's name. Those of Binary
//     Authorization and GKE are published. 60 a minute for entries.list, 100 for assets.list and 400 for searchAllResources are from memory.
//     The other APIs have none.
//
// GKE:
//
//   - A cluster in one of the POLICY_BINDINGS modes is read over v1 with evaluation_mode 3 or 4, numbers that the
//     published v1 enum does not have (over REST with v1beta1's names, unless numbers are asked for), and without its
//     bindings. Over v1 these modes cannot be written.
//   - A POLICY_BINDINGS mode without bindings, bindings with another mode, and the same policy bound twice are refused
//     with INVALID_ARGUMENT. Whether a bound policy exists is not checked.
//   - Bindings are read back with the project number; set API.NormalizeBindings to false to read what was sent.
//   - DISABLED is read back as DISABLED, enabled:true as enabled:true with PROJECT_SINGLETON_POLICY_ENFORCE; set API.EnabledAlone for
//     enabled:true alone, as both were seen.
//   - An update that changes nothing still runs an operation. One with more than one desired_ field is refused with
//     INVALID_ARGUMENT, but for logging and monitoring together; desired_node_pool_id only says where, and goes with autoscaling, image type
//     and version of a node pool. A desired_ field that has no namesake in Cluster is refused with UNIMPLEMENTED, but for versions.
//   - Labels set with another fingerprint than the current one are FAILED_PRECONDITION.
//   - The etag changes when an operation finishes, not when it starts. A mismatch is reported before a busy cluster is.
//   - A cluster in ERROR, PROVISIONING, RECONCILING or STOPPING cannot be updated, one in DEGRADED can.
//   - A cluster whose creation failed stays, in ERROR; one whose deletion failed stays as it was.
//   - Operations carry zone but not location, as in the recording, and are kept for ever. They are listed oldest first. A create
//     that has ended has progress, with the counts of a recording; no other has any.
//   - An unknown operation is reported in the words the API has for an unknown cluster.
//   - Lists leave out only clusters whose own location is missing, not regional ones with nodes there.
//   - A cluster with node pools of its own, or on Autopilot, has no initial_node_count; without any number of nodes it gets one, though GKE
//     may refuse it. Autopilot has no nodes. The words for a missing node pool are those for a missing cluster. The node_config of a
//     cluster is that of its first node pool, and absent without one.
//   - A bool is as it was sent in every message that was sent with a new cluster or node pool: false cannot be told from absent.
//   - Ranges are the standard ones unless addresses were asked for; the secondary ranges of a subnetwork are not looked up, and a netmask alone
//     is taken from the start of the standard range. A cluster with use_routes has no ranges in ip_allocation_policy, and what goes with
//     use_ip_aliases only is INVALID_ARGUMENT there.
//   - Empty messages are answered as they were sent, but for those that recordings show dropped: network_policy, the window of
//     maintenance_policy, and global_access when it is false.
//   - The versions offered are fixed. An alias that none of the cluster's channel fits is INVALID_ARGUMENT; a full version is taken without
//     being offered, and versions of nodes are not compared with the master's.
//   - Unknown fields of a v1beta1 body are ignored. Of the methods with a custom verb v1beta1 has setResourceLabels only. Quotas,
//     updates of node pools by methods of their own and IAM are not emulated.
//
// Cloud KMS:
//
//   - Keys have one of the algorithms that Binary Authorization can verify, or EC_SIGN_ED25519 as one it cannot. Another
//     algorithm or purpose is refused with UNIMPLEMENTED; a purpose that does not go with the algorithm with INVALID_ARGUMENT.
//   - A new version is ENABLED at once, never PENDING_GENERATION. The protection level is always SOFTWARE.
//   - A public key can be read only of an ENABLED version. With a public_key_format the field pem stays empty, as the
//     response documents only public_key for that case.
//   - RSA, P-256 and P-384 keys sign a digest only, ML-DSA-65 and Ed25519 keys data only.
//   - A malformed name is INVALID_ARGUMENT even where the service might answer NOT_FOUND. Lists are ordered by name, versions by number,
//     100 to a page. Filters know what is documented, with names in full; lists of values cannot be asked for, and a field that is not there or another order than name is INVALID_ARGUMENT.
//   - A project's number and its id name the same resources, which are answered with the id.
//
// Container Analysis:
//
//   - An attestation note needs a hint with a name; an attestation needs a payload with a signature, or a JWT, and a resource of the
//     form registry/repository@sha256:digest, with https:// in front as documented or without as gcloud writes it. These are two resources.
//   - Notes and occurrences in a location are refused: Binary Authorization does not read them.
//   - The kind of a note or occurrence never changes; an update mask must name fields that exist. Output-only fields in a mask
//     or a body are ignored. An occurrence's note has to be in the body of an update, and with the resource has to stay the same.
//   - The same attestation of the same note on the same resource twice in a project is ALREADY_EXISTS, whoever signed it
//     first. Other kinds of occurrences are not compared.
//   - A create of an occurrence that is denied names the permission on the project or the one on the note, as the fault asks; a project's
//     permission is looked at first. The words are those that recordings of other methods have.
//   - A note can be deleted while occurrences of it exist; they stay.
//   - Notes are listed by name, occurrences oldest first. A page size above 1000 is taken as 1000.
//   - Filters know =, has_prefix and has_suffix of the documented fields, joined by AND. Anything else is INVALID_ARGUMENT.
//   - A batch is created whole or not at all, in one project.
//   - v1beta1 is v1 with attestationAuthority, resource.uri and genericSignedAttestation, whose contentType is always
//     SIMPLE_SIGNING_JSON; the rest of resource is passed over. pgpSignedAttestation is UNIMPLEMENTED.
//   - Vulnerability summaries are not emulated.
//
// Cloud Logging:
//
//   - Entries are read from projects. Folders, organizations, billing accounts and views are INVALID_ARGUMENT, as an answer without entries
//     would look like no denials. ListLogEntries is the only method; the others are UNIMPLEMENTED.
//   - Filters know what the searches for audit logs need: =, :, and comparisons of times, texts in quotes that any field may have, AND, OR,
//     parentheses. The rest of the query language is INVALID_ARGUMENT, with what it is about: NOT, !=, =~, lists of values, functions,
//     field:*, comments, texts without quotes.
//   - Comparisons do not mind the case of letters, as documented. A text in any field is also looked for in keys of maps, which the
//     documented search for break-glass needs. Names of fields are those of JSON, with their case.
//   - A token is an offset here too, and new entries shift a list that begins with the newest. EmptyFirstPage makes a first page without
//     entries, as is documented.
//   - A status without code is {} in JSON, where recordings have {"code":0}. Entries are kept for ever, and are there at once although
//     receiveTimestamp is half a second later than timestamp.
//
// Cloud Asset Inventory:
//
//   - Only pods are in it. The types that can be asked for are those of clusters; every other one is INVALID_ARGUMENT, as one that is not
//     supported is. An expression has to match the whole type.
//   - Without a content type an asset has its name and type only, as the field is documented; a guide has more. Content types but RESOURCE
//     are UNIMPLEMENTED.
//   - The JSON of a pod has no kind and no apiVersion, as programs that read it put them back. Nothing is removed as sensitive. The
//     discovery document, the URL of a resource and the state of a search result are empty.
//   - A cluster in a zone is named by zones, one in a region by locations: both are documented, not which one is when.
//   - A page size above 1000 of a list is INVALID_ARGUMENT, one above 500 of a search counts as 500, as documented. A search without one has
//     100 results. Lists are ordered by name. A token does not hold the time of the first page.
//   - The read time of an answer is what the inventory knows last: now less the lag. A read time that is asked for may be 35 days old.
//   - A folder or organization that nothing was put into is PERMISSION_DENIED.
//   - Queries of a search are exact comparisons of name, displayName, location, project (by number) and parentFullResourceName; the rest is
//     INVALID_ARGUMENT, as is another order than by name.
//
// Pods:
//
//   - The codes and words of a refused pod's entry are those of a recording: 400 and INVALID_ARGUMENT, VIOLATES_POLICY, a cause for each
//     image. How several images of a pod are told in the message is not known: they are all there, with semicolons. The words for rules
//     of namespaces and accounts are not known either.
//   - An image that cannot be one is denied whatever the policy says, in words that are not Google's.
//   - Pods have no Istio identity, so rules for those are for none of them.
//   - A pod of a controller that is refused has no name in the log, only what its name would begin with; there is one entry for each pod
//     that was asked for, where a real controller stops at the first and tries again. A DaemonSet has one node.
//   - Break-glass is the label image-policy.k8s.io/break-glass or the older annotation alpha.image-policy.k8s.io/break-glass, "true". It is
//     logged whether or not the policy would have denied the pod, and instead of a dry run.
//   - Which of the three documented labels an entry has of a pod that was admitted unjudged is FailOpen's to say.
//   - A name that is taken is refused after the policy was asked, and has an entry with AlreadyExists. Updates of pods are not emulated.
//   - Attestations are looked for on the image with and without https:// in front, in every project. A change of a policy takes effect at
//     once; running pods are not judged again.
//   - Bindings of a cluster do not keep pods out. What a cluster's status is does not matter, it only has to exist.
//   - An image named by tag runs under a digest made from its name; SetDigest gives it another.
//
// Signatures (package attest):
//
//   - A PEM text is exactly one block without headers and with nothing around it but white space. The salt of an RSA-PSS signature is as long as its digest.
//   - An OpenPGP key is of version 4. Of several in one text the first gives the id; two armoured blocks are refused.
//   - An OpenPGP signature is an armored message. Whether a clear-signed one counts, Google's texts do not agree on: it does here, as
//     it is what gcloud's help makes. One without armor, which none of them mentions, does not.
//   - The payload of an attestation has the type and the layout that gcloud gives it; the case of letters in the type and in names of fields
//     does not matter, as Google's pages differ in it.
//
// # What is not simulated
//
//   - Authentication, authorization and organization policies. Faults stand in for what they refuse; a constraint's condition is not looked at.
//   - Propagation: a write is visible to the next call.
//   - The Kubernetes API, continuous validation and the evaluation of platform policies.
//   - Compute Engine: networks and subnetworks are names, and node pools have no instance groups.
//   - Regional storage and regional endpoints, and audit logs of anything but pods. Binary Authorization's v1beta1 and v1alpha2 and Container Analysis's
//     v1beta1 exist over REST only, and partial responses of the latter by the names of v1.
package emulator
