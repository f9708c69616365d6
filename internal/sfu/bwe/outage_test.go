package bwe_test

import (
	"fmt"
	"testing"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

// TestBackAfterOutages has nothing come through for a while: what gets lost then says nothing of the line. Feedback may
// have been lost for longer, so that the first message tells of little but losses.
func TestBackAfterOutages(t *testing.T) {
	const begin, backWithin = 20 * line.Second, 4.0
	silent := values{"backloss": "1"}
	deaf, well := values{"loss": "1"}, values{"loss": "0", "backloss": "0"}
	for _, wants := range []string{"camera", "meeting"} {
		for _, out := range []bwe.Time{line.Second / 2, 2 * line.Second, 7 * line.Second, 25 * line.Second} {
			for _, last := range []bwe.Time{out, out / 4} { // in which the way there is cut, too
				t.Run(fmt.Sprintf("%s out for %g s, cut for %g", wants, seconds(out), seconds(last)), func(t *testing.T) {
					t.Parallel()
					end := begin + out
					s := &scenario{
						length:  end + 10*line.Second,
						path:    line.Path{Queue: 150_000, Rate: 3 * bwe.Mbit, Delay: 20 * line.Millisecond},
						changes: []change{{begin, silent}, {end - last, deaf}, {end, well}},
						viewers: []participant{{0, end + 10*line.Second, values{"wants": wants}}},
					}
					for seed := uint64(1); seed <= 3; seed++ {
						r := play(s, seed, ours)
						c := &r.viewers[0]
						from, to := samples(end, s.length)
						back := r.until(from, to, func(i int) bool { return float64(c.estimate[i]) >= 0.8*float64(min(r.capacity[i], c.wanted)) })
						if back > backWithin {
							t.Errorf("seed %d: back after %.1f s", seed, back)
						}
					}
				})
			}
		}
	}
}

func seconds(t bwe.Time) float64 { return float64(t) / float64(line.Second) }
