// Package call holds tests of the whole server over real sockets on loopback, with participants of testkit: what one
// sends, the others get, and what they must not get, they do not. There are no browsers here; test/e2e has them.
package call
