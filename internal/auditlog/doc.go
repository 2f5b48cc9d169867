// Package auditlog reads what Binary Authorization leaves in the audit logs of GKE: pods that were blocked, that only a dry run let
// pass, that broke the glass, or that nothing judged because the service could not be reached. It is pure.
//
// The filters and the fields are those of https://cloud.google.com/binary-authorization/docs/viewing-audit-logs. The texts are those of
// entries that others have published; where the text of a refusal is of another form, all images of the pod count as refused, and the
// text is the reason: nothing that is in the log is left out.
//
// An entry that says that another webhook did not answer is no event, though the documented filter matches it.
//
// Only GKE's own log is read (cloudaudit.googleapis.com), not that of clusters outside Google Cloud (externalaudit.googleapis.com).
package auditlog
