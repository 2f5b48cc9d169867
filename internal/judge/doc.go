// Package judge says what is wrong with a change of a project's policy: lock-outs, weakenings, images that have to be admitted and are
// not, and what the end of an attestor or of its keys does to rules. It is pure: policies and evidence go in, findings come out. Who
// calls it decides what a finding is in a diagnostic.
//
// A part of a policy (a rule, an allowlist pattern) is judged in its World: the live policy without the parts that leave, and with the
// parts that it needs. What other parts add counts in its favour only if it names them, so that the order in which parts are judged
// makes no difference to whether a configuration is accepted.
package judge
