// Package examples holds no code: its tests prove that what users read is true. Every example and every block of HCL in the
// documentation is applied, and every construct of the provider has an example, a page, and a description of each attribute.
package examples
