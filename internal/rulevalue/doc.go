// Package rulevalue is one admission rule in HCL: its attributes, and the conversion to and from
// the API message. The resources for a whole policy and for a single rule share it.
//
// The full names of attestors count. A short name is in the project of the policy. The same short
// name in two projects is two attestors, also within one rule. An attestor listed under both of its
// names is refused as soon as the project is known.
package rulevalue
