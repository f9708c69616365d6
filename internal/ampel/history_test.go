package ampel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestHistoryHoldsWhatIsConfirmed(t *testing.T) {
	list, err := History(English)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, p := range list {
		count[fmt.Sprint(p.Version, " ", p.Date, " ", p.Legal)]++
		if len(p.Sources) == 0 || !slices.Contains([]string{"several", "one", "group"}, p.Certainty) {
			t.Errorf("%s: %v %s", p.Service, p.Sources, p.Certainty)
		}
		if p.Reasons == nil {
			t.Errorf("%s: reasons are null in JSON", p.Service)
		}
		if p.Certainty == "group" && !strings.Contains(p.Service, "some") {
			t.Errorf("a group reads like one product: %s", p.Service)
		}
	}
	want := "map[1.0 2020-07-03 green:5 1.0 2020-07-03 red:10 1.0 2020-07-03 yellow:2 2.0 2021-02-18 green:5 2.0 2021-02-18 red:9]"
	if got := fmt.Sprint(count); got != want {
		t.Errorf("the history has %s", got)
	}
}

// TestHistoryKeepsEmptyWhatIsNot samples what no source confirms, and colours that nobody knows.
func TestHistoryKeepsEmptyWhatIsNot(t *testing.T) {
	list, err := History(English)
	if err != nil {
		t.Fatal(err)
	}
	find := func(version, service string) Past {
		for _, p := range list {
			if p.Version == version && p.Service == service {
				return p
			}
		}
		return Past{}
	}
	for _, service := range []string{"GoToMeeting", "sichere-videokonferenz.de (Jitsi)"} {
		if p := find("1.0", service); p.Legal == "" || p.Operator != "" {
			t.Errorf("the operator of %s is not confirmed: %q", service, p.Operator)
		}
	}
	for _, service := range []string{"Zoom", "Blizz", "Skype", "Google Meet (free)", "Microsoft Teams (free)"} {
		if p := find("1.0", service); p.Legal != Red || len(p.Reasons) != 0 {
			t.Errorf("the reasons for %s in 2020 are not confirmed: %v", service, p.Reasons)
		}
	}
	for _, p := range list {
		for _, nobodyKnows := range []string{"Tixeo", "NETWAYS", "Werk21", "sichere-videokonferenz", "Hostsharing", "meetzi", "Whereby"} {
			if p.Version == "2.0" && strings.Contains(p.Service, nobodyKnows) {
				t.Errorf("nobody confirms a colour of 2021 for %s", p.Service)
			}
		}
	}
}

func TestHistoryInGerman(t *testing.T) {
	german, err := History(German)
	if err != nil {
		t.Fatal(err)
	}
	english, err := History(English)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range german {
		if p.Service == "" || p.Legal != english[i].Legal || len(p.Reasons) != len(english[i].Reasons) {
			t.Errorf("%+v is not %+v", p, english[i])
		}
		if strings.Contains(p.Service, "(free)") || strings.Contains(p.Service, " of ") || p.Operator == "various" {
			t.Errorf("not German: %s, %s", p.Service, p.Operator)
		}
	}
}
