// Package gcp is the only package with clients of Google's APIs. It contains the credentials, the
// one retry layer, the kinds of errors, shared reads, guarded edits, and the operations of
// clusters. It knows nothing of Terraform.
//
// # Errors and retries
//
// One place gives an error its Kind (kindOf in errors.go), and one place sends again (attempts in
// retry.go). The retries of the generated clients are off. A policy always exists, so NOT_FOUND
// from a policy write means a missing project or attestor and is an error.
//
// Two errors are permanent, with the sender's text: a refused identity (token_service.go), and a
// reply from another server than the API (rest_reply.go, grpc_reply.go). A write denied by an
// organization policy has its own kind (org_policy.go).
//
// # Writes
//
// After an attempt with an unknown result, settle looks at the service before anything is sent
// again. A create that finds an object fails, unless its own first attempt made the object and the
// reply was lost. A note has no etag: its update names only the changed fields.
//
// A write under way at an interrupt keeps 250 ms for its reply. Without a reply, settle looks for
// the result, for 500 ms at most (late in retry.go). An object made later than that is not in the
// state: the next apply fails with "already exists" and the import block.
//
// # Shared objects
//
// Several resources can own parts of one object. An Edit changes one part. The editor collects the
// pending edits of an object, reads it, applies them, and writes once with the etag of the read.
// After a conflict it repeats all of this.
//
//   - An edit can run several times, so it must change only its own part.
//   - A conflict proves that an edit was not written, unless an earlier attempt may have been.
//   - Check judges the result of all edits together before the write. A refused edit is left out;
//     the others are written.
//   - An interrupt withdraws an edit that was not sent. After it was sent, the wait is one second
//     at most, and the error says whether the edit was written or may have been
//     (edit_interrupt.go).
//
// IAM is eventually consistent. A read with an etag replaced by our own write is repeated; if it
// stays old, the error is of kind KindStale.
//
// # Clusters
//
// A Binary Authorization setting is written as a whole, with its bindings and the cluster's etag.
// All pending changes of a cluster become one update (cluster_update.go, cluster_edit.go). Each
// change decides on the result of the changes before it, decides again after a conflict or a wait,
// and checks only its own part at the end. Each change unbinds before the first one decides. If GKE
// refuses changes together, each is sent alone.
//
// Absent, empty and DISABLED settings are the same. A platform policy by project id and by project
// number is the same, if only one pair is possible (binding.go).
//
// # Reads
//
// The first object of a project is read by name. The second one starts one list, and the list
// answers for the rest (snapshot.go). A list answers only for its contents, and not for objects
// written by this process. A data source of one object always asks Google.
//
// # Credentials
//
// No state, message or log contains a credential. Google credentials go only to Google's APIs and
// registries. No client follows a redirect with them (guard.go). The map everyClient in
// redirect_test.go must name each client.
package gcp
