package bwe

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// A camera's layers, and those of a screen share.
var (
	camera = []Rate{150 * Kbit, 500 * Kbit, 2500 * Kbit}
	screen = []Rate{200 * Kbit, 1500 * Kbit}
)

func wish(rank Rank, size int, rates []Rate) Wish {
	return Wish{Rank: rank, Size: size, Rates: rates, Choice: -1}
}

// settle divides until nothing changes any more.
func settle(d *Division, now Time, estimate, sound Rate, wishes []Wish) Time {
	for range 200 {
		now += second
		d.Divide(now, estimate, sound, wishes)
	}
	return now
}

func choices(wishes []Wish) []int {
	var all []int
	for i := range wishes {
		all = append(all, wishes[i].Choice)
	}
	return all
}

func TestDivision(t *testing.T) {
	share, speaker, large, small := wish(Screen, 500, screen), wish(Speaker, 100, camera), wish(Other, 300, camera), wish(Other, 50, camera[:1])
	for _, c := range []struct {
		name     string
		estimate Rate
		wishes   []Wish
		want     []int
	}{
		{"nothing but sound", 100 * Kbit, []Wish{large, small}, []int{-1, -1}},
		{"less than sound", 10 * Kbit, []Wish{large}, []int{-1}},
		{"enough for all", 20 * Mbit, []Wish{large, small, speaker, share}, []int{2, 0, 2, 1}},
		{"a screen share before all", 1700 * Kbit, []Wish{large, small, speaker, share}, []int{-1, -1, -1, 1}},
		{"a small one of it where nothing else fits", 300 * Kbit, []Wish{large, small, speaker, share}, []int{-1, -1, -1, 0}},
		{"then a picture of everybody, the speaker's first", 2 * Mbit, []Wish{large, small, speaker, share}, []int{0, -1, 0, 1}},
		{"then the speaker's best", 5 * Mbit, []Wish{large, small, speaker, share}, []int{1, 0, 2, 1}},
		{"the large tile before the small", 1 * Mbit, []Wish{wish(Other, 50, camera), large}, []int{0, 1}},
		{"those of a size together", 1300 * Kbit, []Wish{large, large}, []int{1, 1}},
		{"nothing is known of its layers", 1 * Mbit, []Wish{wish(Other, 50, nil)}, []int{-1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d Division
			settle(&d, 0, c.estimate, 50*Kbit, c.wishes)
			if got := choices(c.wishes); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// randomWishes are few enough to try all their choices.
func randomWishes(chance *rand.Rand) []Wish {
	wishes := make([]Wish, chance.IntN(5))
	for i := range wishes {
		w := wish(Rank(chance.IntN(3)), 100*chance.IntN(3), nil)
		rate := Rate(0)
		for range chance.IntN(5) {
			rate += Rate(1+chance.Int64N(900)) * Kbit
			w.Rates = append(w.Rates, rate)
		}
		wishes[i] = w
	}
	return wishes
}

// worth is what a set of choices is worth, to be compared place by place: the order of what is best in other words than
// those of plan.
func worth(wishes []Wish, set []int) []int {
	order := make([]int, len(wishes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(wishes[a].Rank, wishes[b].Rank), -cmp.Compare(wishes[a].Size, wishes[b].Size))
	})
	var places []int
	reaches := func(i, choice int) {
		place := 0
		if set[i] >= choice {
			place = 1
		}
		places = append(places, place)
	}
	group := func(i int, of func(other int)) {
		for _, other := range order {
			if wishes[other].Rank == wishes[i].Rank && wishes[other].Size == wishes[i].Size {
				of(other)
			}
		}
	}
	for _, part := range []struct{ isScreen, first bool }{{true, false}, {false, true}, {false, false}} {
		done := map[int]bool{}
		for _, i := range order {
			if (wishes[i].Rank == Screen) != part.isScreen || done[i] {
				continue
			}
			if part.first {
				reaches(i, 0)
				continue
			}
			for choice := range 5 {
				group(i, func(other int) { reaches(other, choice); done[other] = true })
			}
		}
	}
	return places
}

// bestSet tries all sets that cost at most a rate.
func bestSet(wishes []Wish, most Rate) []int {
	var best, bestWorth []int
	set := make([]int, len(wishes))
	var try func(i int, left Rate)
	try = func(i int, left Rate) {
		if i == len(wishes) {
			if w := worth(wishes, set); best == nil || slices.Compare(w, bestWorth) > 0 {
				best, bestWorth = slices.Clone(set), w
			}
			return
		}
		for set[i] = -1; set[i] < len(wishes[i].Rates); set[i]++ {
			cost := Rate(0)
			if set[i] >= 0 {
				cost = wishes[i].Rates[set[i]]
			}
			if cost <= left {
				try(i+1, left-cost)
			}
		}
	}
	try(0, max(most, 0))
	return best
}

func total(wishes []Wish) Rate {
	all := Rate(0)
	for i := range wishes {
		if wishes[i].Choice >= 0 {
			all += wishes[i].Rates[wishes[i].Choice]
		}
	}
	return all
}

// TestDivisionFindsTheBestSet compares with all sets there are, from nothing on.
func TestDivisionFindsTheBestSet(t *testing.T) {
	chance := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		wishes := randomWishes(chance)
		estimate, sound := Rate(chance.Int64N(int64(6*Mbit))), Rate(chance.Int64N(int64(200*Kbit)))
		var d Division
		settle(&d, 0, estimate, sound, wishes)
		if got, want := choices(wishes), bestSet(wishes, (estimate-sound).times(upRoom)); !slices.Equal(got, want) {
			t.Fatalf("%+v of %d beside %d: %v, want %v", wishes, estimate, sound, got, want)
		}
	}
}

// TestDivisionGoesDownAtOnceAndUpStepByStep lets the estimate jump about.
func TestDivisionGoesDownAtOnceAndUpStepByStep(t *testing.T) {
	chance := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		wishes := randomWishes(chance)
		var d Division
		now, sound := Time(0), 50*Kbit
		for range 100 {
			now += Time(chance.Int64N(int64(second)))
			estimate := Rate(chance.Int64N(int64(6 * Mbit)))
			before := choices(wishes)
			changed := d.Divide(now, estimate, sound, wishes)
			if sum := total(wishes); sum > max(estimate-sound, 0) {
				t.Fatalf("%d of %d are given", sum, estimate-sound)
			}
			ups := 0
			for i, choice := range choices(wishes) {
				if choice > max(before[i], 0) {
					ups++
					if choice > before[i]+1 && before[i] >= 0 || choice > 1 && before[i] < 0 {
						t.Fatalf("%v became %v", before, choices(wishes))
					}
				}
			}
			if ups > 1 {
				t.Fatalf("%v became %v", before, choices(wishes))
			}
			if changed == slices.Equal(before, choices(wishes)) {
				t.Fatalf("%v became %v: changed is %v", before, choices(wishes), changed)
			}
		}
	}
}

// TestDivisionStaysWhereTheEstimateTrembles: by three percent nothing changes, whatever the estimate is.
func TestDivisionStaysWhereTheEstimateTrembles(t *testing.T) {
	chance := rand.New(rand.NewPCG(9, 10))
	for estimate := 100 * Kbit; estimate < 8*Mbit; estimate += 37 * Kbit {
		wishes := []Wish{wish(Other, 100, camera), wish(Speaker, 400, camera), wish(Other, 100, camera)}
		var d Division
		now := settle(&d, 0, estimate.times(0.97), 0, wishes)
		now = settle(&d, now, estimate.times(1.03), 0, wishes)
		settled := choices(wishes)
		for range 200 {
			now += 100 * millisecond
			if d.Divide(now, estimate.times(0.97+0.06*chance.Float64()), 0, wishes) {
				t.Fatalf("%v became %v at %d", settled, choices(wishes), estimate)
			}
		}
	}
}

// TestDivisionWaitsLongerWhereNothingHolds: a line that carries a layer only for two seconds at a time.
func TestDivisionWaitsLongerWhereNothingHolds(t *testing.T) {
	wishes := []Wish{wish(Other, 100, camera)}
	var d Division
	ups := 0
	for now := Time(0); now < 120*second; now += 100 * millisecond {
		estimate, before := 3*Mbit, wishes[0].Choice
		if before == 2 && now-d.up > 2*second {
			estimate = 1 * Mbit
		}
		d.Divide(now, estimate, 0, wishes)
		if before == 1 && wishes[0].Choice == 2 {
			ups++
		}
	}
	if ups < 5 || ups > 15 {
		t.Errorf("%d times up in two minutes", ups)
	}
}

func BenchmarkDivide(b *testing.B) {
	wishes := make([]Wish, 25)
	for i := range wishes {
		wishes[i] = wish(Other, 100, camera)
	}
	var d Division
	now := settle(&d, 0, 10*Mbit, 500*Kbit, wishes)
	b.ReportAllocs()
	for b.Loop() {
		now += 100 * millisecond
		d.Divide(now, 10*Mbit, 500*Kbit, wishes)
	}
}
