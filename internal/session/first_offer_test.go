package session

import (
	"os"
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
)

// TestFirstOfferOfTheSDKForGoWaits joins with an offer as two SDKs: one of them is not answered at once.
func TestFirstOfferOfTheSDKForGoWaits(t *testing.T) {
	offer, err := os.ReadFile("../sdp/testdata/chromium-initial.sdp")
	if err != nil {
		t.Fatal(err)
	}
	s := startService(t)
	for sdk, pause := range map[lkpb.ClientInfo_SDK]time.Duration{lkpb.ClientInfo_JS: 0, lkpb.ClientInfo_GO: firstOfferPause} {
		begin := time.Now() // before the server has the request, so it cannot answer too early by this clock
		c := dial(t, s, "ada", &lkpb.JoinRequest{
			ClientInfo:     &lkpb.ClientInfo{Sdk: sdk, Protocol: 17},
			PublisherOffer: &lkpb.SessionDescription{Type: "offer", Sdp: string(offer), Id: 7},
		})
		if c.next().GetJoin() == nil {
			t.Fatal("the first message is no join")
		}
		answer := c.until(func(r *lkpb.SignalResponse) bool { return r.GetAnswer() != nil }).GetAnswer()
		if took := time.Since(begin); answer.GetId() != 7 || took < pause {
			t.Errorf("%v: offer 7 is answered after %v by %d", sdk, took, answer.GetId())
		}
	}
}
