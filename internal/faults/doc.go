// Package faults tests the whole provider against a failing emulator. Every call meets every kind
// of fault, while objects are created, changed, planned and destroyed. Afterwards these must hold:
//
//   - The state equals the server, and every object exists once.
//   - The next plan is empty.
//   - No cluster was ever switched off in between.
//   - No policy ever lacked a part owned by others.
//
// Most scenarios speak Terraform's protocol with the provider in this process (terraform_test.go),
// within milliseconds. A few run the real CLI.
package faults
