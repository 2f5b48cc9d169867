// Package rulevalue is one admission rule as users write it: its attributes, and its way to the API's message and back. The resources
// for a whole policy and for a single rule share it.
package rulevalue
