// Package note is the resource binauthz_note: the Container Analysis note used by an attestor to
// find attestations. It is the smallest resource, and the model for new ones.
//
// Two texts for the same time are equal (keepTime in model.go). A note has no etag, so an update
// names only the changed fields (changedFields in resource.go).
package note
