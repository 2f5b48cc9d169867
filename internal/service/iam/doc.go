// Package iam is the resources binauthz_{attestor,policy,note}_iam_{member,binding,policy} and
// their data sources: the IAM allow policies of attestors, project policies and notes.
//
// A member resource owns one grant, a binding all members of one role under one condition, a policy
// everything. Package allowpolicy compares policies as sets of grants, so the order and grouping of
// bindings are no difference.
//
// # Writes
//
// Pending edits of one object become one write, guarded by the etag of a fresh read (package gcp).
// Other changes do not stop a member resource. An update of a binding goes on only if
// its members are those of the plan, or already the wanted ones; an update of a policy only if the
// etag and the grants are those of the plan. Otherwise nothing is written.
//
// IAM is eventually consistent. A read from before our own write, known by its etag in private
// state, leaves the state as it is and warns.
//
// # Create and destroy
//
// A create adopts existing grants. A binding or a policy shows the affected members in takes_over,
// and stops if they have changed since the plan. A destroy restores the earlier members or the
// earlier policy; after an import it leaves none. It cannot restore deleted principals, because IAM
// grants them nothing new: it warns instead (restore.go). A destroy leaves a grant taken over by
// another resource of the same apply. A create of a binding or policy just written by another
// resource fails (refuseTwice).
//
// With its attestor or note, the allow policy is deleted. So a replaced object replaces its grants
// in the plan.
//
// # Warnings of a plan
//
//   - A role is granted to everybody.
//   - Binary Authorization's service agent, or the account of the provider, loses a role.
//   - Two resources of one plan manage the same role or grant.
package iam
