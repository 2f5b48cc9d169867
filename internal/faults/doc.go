// Package faults tests the whole provider against an emulator that fails: every call it sends meets every kind of fault, while objects
// are created, changed, planned and destroyed. Afterwards the state has to be what the server holds, every object has to exist once,
// the next plan has to be empty, a cluster must never have been switched off in between, and a policy must never have lacked what somebody
// else keeps in it.
//
// Most scenarios speak Terraform's protocol with the provider in this process, as Terraform would (terraform_test.go), which takes
// milliseconds. A few run the real CLI.
package faults
