// Package examples contains only tests: they prove the statements of the documentation. Every
// example and every HCL block is applied. Every construct of the provider has an example, a page,
// and a description of each attribute. Every invariant in CONTRIBUTING.md has an existing test.
package examples
