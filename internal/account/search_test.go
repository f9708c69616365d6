package account

import (
	"strings"
	"testing"

	"konklave/internal/pii"
)

func TestFindHosts(t *testing.T) {
	onBoth(t, findHosts)
}

func findHosts(r *rig) {
	t := r.T
	for email, who := range map[string]Newcomer{
		"a.mueller@example.org": {Name: "Anna-Lena Müller", Role: Host}, "bo@example.org": {Name: "Dr. Bo Müller", Role: Admin},
		"kim@example.org": {Name: "Kim Müller", Role: Reception}, "off@example.org": {Name: "Otto Müller", Role: Host},
	} {
		who.Email = pii.Text(email)
		a, err := r.Add(t.Context(), CommandLine, who, "")
		if err != nil {
			t.Fatal(err)
		}
		if disabled := true; email == "off@example.org" {
			if _, err := r.Change(t.Context(), CommandLine, a.ID, Change{Disabled: &disabled}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for text, want := range map[string]string{
		"": "", "m": "", " m ": "", "Mü": "Anna-Lena Müller, Dr. Bo Müller", "müller bo": "Dr. Bo Müller", "LENA": "Anna-Lena Müller",
		"ller": "", "a.mue": "Anna-Lena Müller", "bo@example.org": "Dr. Bo Müller", "kim": "", "otto": "", "%": "", "@example": "",
		"example": "Anna-Lena Müller, Dr. Bo Müller", "bo nobody": "",
	} {
		found, err := r.FindHosts(t.Context(), pii.Text(text))
		var names []string
		for _, a := range found {
			names = append(names, a.Name.Reveal())
		}
		if got := strings.Join(names, ", "); got != want || err != nil {
			t.Errorf("%q finds %q, %v, want %q", text, got, err, want)
		}
	}
	for i := range MostFound + 5 {
		n := Newcomer{Email: pii.Text("zoe" + string(rune('a'+i)) + "@example.org"), Name: "Zoe", Role: Host}
		if _, err := r.Add(t.Context(), CommandLine, n, ""); err != nil {
			t.Fatal(err)
		}
	}
	if found, _ := r.FindHosts(t.Context(), "zoe"); len(found) != MostFound {
		t.Errorf("%d are found", len(found))
	}
}
