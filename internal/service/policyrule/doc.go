// Package policyrule is the resource binauthz_policy_rule: one rule of a project's policy.
//
// Each operation is an edit of the policy (package gcp). An update goes on only if the rule is the
// one of the plan, or already the wanted one. A create fails if the rule exists, unless
// adopt_existing is set or its own first attempt with a lost reply made the rule. A default rule
// with Google's default counts as absent.
//
// A destroy removes the rule. A policy cannot lack a default rule: its destroy restores the earlier
// one, stored in private state under "before", or Google's default. A restored rule that locks out
// is a warning (package guard).
package policyrule
