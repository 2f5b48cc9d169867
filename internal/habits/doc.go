// Package habits lists features of Terraform and OpenTofu used with this provider, and the releases
// with each feature.
//
// A habit is a feature with a short run of the CLI against an emulator. A failed run is a failed
// test. A construct unknown to the CLI is not a failure: the CLI's message becomes the outcome.
// testdata/habits.json has the outcomes of each release, and the tests compare the CLI under test
// with its column. `make habits` writes the column of one CLI, and `make generate` writes the table
// of the guide "Terraform and OpenTofu versions".
package habits
