// Package lint holds certificates and revocation lists against zlint. It has no code of its own,
// and is a module of its own, so that no linter enters the product's go.mod.
//
// expected.txt is what zlint finds; the test fails where that changes. It has two warnings:
// distribution points are directoryNames, as those of the real certificates are, and
// certificates that sign no others have no identifier of their key, which the
// real profile does not have either.
package lint
