// Package proxy holds tests of the built binary behind Debian's nginx and Caddy, with the files of examples/: only ports and
// paths in them are changed. Whole calls go through, with participants of testkit.
package proxy
