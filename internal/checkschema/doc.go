// Package checkschema is the schema of the checks common to platform policies and attestations.
package checkschema
