// Package released keeps releases compatible. It compares the provider's schema with that of the
// last release, checked in as testdata/schema.json. An addition is compatible. A change is breaking
// if it can break a configuration, a state or an import. A test fails on it unless CHANGELOG.md
// announces it:
//
//	BREAKING CHANGES:
//
//	* resource/binauthz_note: `short_description` is required
//
// The line names the construct in this form and, in backquotes, the path of the attribute.
// Constructs are resource/, data-source/, list-resource/, action/ and function/ with the name, or
// provider and provider-meta.
//
// `make schema-released` writes the file, with the newest dated release of CHANGELOG.md. Run it
// once for each release.
//
// The list of breaking changes follows
// https://developer.hashicorp.com/terraform/plugin/best-practices/versioning. Checks made while
// Terraform computes a plan are not part of a schema. This package does not detect stricter ones.
package released
