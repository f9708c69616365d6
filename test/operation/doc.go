// Package operation proves what operators rely on: that the Debian package installs, upgrades and goes as it should, that
// the service is shut in, that the container file and the example for a school name what exists and work as they say.
//
// It must hold nothing but tests. They use what make build and make deb left in bin, and skip what is not there.
package operation
