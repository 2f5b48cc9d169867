// Package allowpolicy works on IAM allow policies as the API's own message: who has which role on an object, under which
// condition, what is the same, and what a change takes away. It is pure.
//
// A policy is a set of grants. A grant is one member that has one role under one condition; the empty condition is none.
// Bindings are only how the API writes grants down, so their order and their splitting mean nothing.
package allowpolicy
