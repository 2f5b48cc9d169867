// Package allowpolicy works on IAM allow policies as API message: grants, equality, and the grants
// lost by a change. It is pure.
//
// A policy is a set of grants. A grant is one member with one role under one condition; the empty
// condition means none. Bindings are only the API's way to write grants, so their order and
// grouping mean nothing.
package allowpolicy
