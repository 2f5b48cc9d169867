// Package judge finds the problems of a change of a project's policy: lock-outs, weakenings,
// refused images, and rules blocked by the end of an attestor or its keys. It is pure: policies and
// evidence go in, findings come out. The caller turns findings into diagnostics. internal/admission
// alone decides about admission; this package asks it.
//
// # Before and after
//
// A finding is about the change. An existing lock-out or weakening is no error of the plan. A
// refused image of must_admit, or a lock-out without acknowledgement, is a warning if the plan does
// not change the policy: an error would stop plans without blame, and no apply would repair it. But
// a change of attestors, keys or attestations in the same plan is an error even if the policy stays
// as it is. The order of planning makes no difference.
//
// # Unknown values
//
// An unknown value is taken twice: as the value that admits least, and as the value that admits
// most (Outlook). A problem in both cases is an error. No problem in both cases is proof. A
// difference becomes the warning "Not checked until apply". A missing attestor or attestation can
// come from another provider process before the write, so it counts as unknown in a plan. Only
// certain weakenings are reported.
//
// The attestation of a running image (must_admit_in with running) is different: only existing
// attestations count, so the plan is certain.
//
// # Parts
//
// A part is a rule or an allowlist pattern with its own resource. It is judged once, in its World:
// the live policy without the parts that leave, plus the parts listed in its attribute needs. Other
// new parts do not count, so the order of judgement does not change the result. A removal is judged
// against all parts planned before it, and a part against all planned removals. The removal of a
// rule counts for a removed pattern only if the rule lists the pattern in needs: only then does
// Terraform remove the rule first.
//
// # Gates
//
// A gate judges each logged refusal again, with the planned policy and the existing attestations
// (StillRefused). A change to enforcement needs evidence from a dry run of the same rule (Turns): a
// dry run of a weaker rule proves nothing about a stricter one. A pod counts as traffic if its
// cluster evaluates the policy.
package judge
