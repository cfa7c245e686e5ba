// Package must ends a test at an error that the test is not about: call [OK]. It is for tests
// and for the packages that help them.
package must

import "testing"

// OK ends the test where there is an error.
func OK(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
