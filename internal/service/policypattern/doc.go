// Package policypattern is the resource binauthz_policy_allowlist_pattern: one allowlist pattern of
// a project's policy.
//
// Its create and destroy are edits of the policy (package gcp). A create fails if the policy
// already has the pattern, unless a lost reply of its own first attempt explains it. A destroy is
// refused like any other lock-out. There is no earlier policy to restore: the policy without just
// this pattern may never have existed.
package policypattern
