// Package bench measures the provider as Terraform runs it: the release build, started by a real Terraform, against an emulator in
// the process of the benchmark, which counts the calls. BENCHMARKS.md says what came out and how to compare.
//
// With PEER set to the path of a built terraform-provider-google, the same objects are planned with that provider in the same run.
package bench
