// Package permissions lists the permissions for each operation of each construct. From this list
// and the methods declared in internal/gcp, `make generate` writes the table of the guide
// "Permissions" and the two custom roles in examples/roles.
//
// The tests prove the table. Each construct runs on an emulator that refuses all methods not in the
// table; this must succeed. It runs again for each method in the table, with this method refused
// too; this must fail, unless the table describes the effect of the missing permission.
//
// The emulator cannot prove everything; such needs are marked as not proven. It refuses methods, not
// permissions, so it refuses the two permissions of CreateOccurrence together. It also does not know undocumented permissions
// of Google's services.
package permissions
