// Package structure holds the rules that keep the project readable, as tests: which package may import which, which
// packages are pure, how large files get, and that the documents name what exists.
//
// It must hold nothing but tests. A rule that turns out wrong is changed here, in the open, with the reason in an ADR.
package structure
