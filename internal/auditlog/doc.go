// Package auditlog reads the Binary Authorization entries of GKE audit logs: blocked pods, pods
// admitted only by a dry run, pods admitted by break-glass, and pods admitted without a verdict
// because the service was not reachable. It is pure.
//
// Filters and fields follow https://cloud.google.com/binary-authorization/docs/viewing-audit-logs.
// The texts are from published entries. If a refusal has another form, all images of the pod count
// as refused and the text is the reason: no entry is dropped.
//
// An entry about another webhook without an answer is no event, although the documented filter
// matches it.
//
// Only GKE's own log is read (cloudaudit.googleapis.com), not the log of clusters outside Google
// Cloud (externalaudit.googleapis.com).
package auditlog
