// Package bench measures the provider under a real Terraform: the release build, against an
// emulator in the process of the benchmark. The emulator counts the calls. BENCHMARKS.md contains
// results and explains how to compare them.
//
// With PEER set to the path of a terraform-provider-google executable, the same run plans the same
// objects with that provider.
package bench
