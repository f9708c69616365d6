// Package line is a network in memory for tests of what sends media: lines with a rate, a queue, delay, jitter, loss and
// a policer, that change as time goes on; receivers that give transport-wide feedback as browsers do; a camera of
// several layers; and a download by TCP beside them.
//
// Time is a number and chance is seeded, so every run is the same. Nothing here sleeps or starts a goroutine. The
// program must not import it.
package line
