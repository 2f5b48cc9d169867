// Package moved contains the tests of moved blocks for resources of hashicorp/google.
// testdata/google.json is a state written by that provider.
//
// A moved object without a read (-refresh=false) has no etag. Its update compares the live object
// with the state first, and writes nothing if they differ (pinned in the packages policy and
// attestor). A destroy of a policy without a read leaves the policy unchanged.
package moved
