// Package lifecycle turns a model and plain functions into a resource, a list resource, a data
// source or an action of the plugin framework. It is the only generic code.
//
// # Values
//
// If the API cannot tell an absent value from an empty one, the attribute is optional and computed,
// and plan and state contain the empty value for both. Terraform requires a written value in the
// plan as it is, so null cannot replace a written "".
//
// An absent or empty project is the project of the provider: modules pass on empty variables.
// Another project replaces the object. Plan and state keep a written empty text; models never
// contain it (blank_project.go).
//
// An unknown value is neither validated nor compared; values derived from it are unknown.
//
// The id is the full name, known at plan if project and name are. The name is short. A reference
// accepts the full name, or the short one within the same project.
//
// # State
//
//   - A read leaves no value unknown.
//   - A read and an apply keep the spelling of the model if it means the same to Google. Otherwise
//     they take Google's value, and the plan shows the drift.
//   - Resource.Read removes a deleted object from the state. A delete of a missing object succeeds.
//   - Resource.save stores state and identity together, or neither.
//   - Private state outlives releases of the provider. Names and formats in it may be added, never
//     changed.
//
// # Plans
//
// Change.KeepPrior makes the plan empty if plan and state ask the API for the same. One object
// belongs to one resource (object.go): a random text in private state, the instance, tells two
// resources from one resource seen twice.
//
//   - One resource destroys an object and another creates it: error, with the moved block to write.
//   - Two resources keep one object: warning.
//   - The plan recreates an object of the state: error for policies, their parts and clusters
//     (Ops.InPlaceOnly), because nothing would be enforced between destroy and create.
//
// A delete of an object just taken over by another resource is an error, or no call for nouns with
// Ops.Adopts. Terraform shows only the first of several warnings with one summary, so the summary
// ends with its subject (About).
//
// The attribute takes_over tells the create about the object to adopt, because private state of a
// plan does not reach the create (takeover.go).
//
// # Errors
//
// The summary depends only on the verb and the noun: "Cannot update attestor". The detail ends with
// the remedy, for an existing object an import block (diagnostic.go).
//
// # Unchanged and moved objects
//
// A noun with a Recognition can be recognized as unchanged by a version
// (internal/provider/unchanged.go). A noun has none if its read depends on more than the state and
// the version, or if it has write-only attributes. A plan is Plain if it follows from configuration
// and state alone. Stand adds diagnostics caused by other resources of the plan.
//
// A moved block makes no call (move.go). It copies the old state into the form left by an import;
// the following read completes it. A missing value is refused if a plan compares it.
package lifecycle
