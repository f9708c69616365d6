// Package acme has the built binary get its certificate from Pebble, Let's Encrypt's authority for tests, and get new ones
// while a call of testkit goes on. It is a module of its own because Pebble is none of the program's dependencies.
package acme
