package main

import (
	"fmt"
	"strings"
)

// earlier is another server, measured on a machine of the same kind with load of the same shape: one core for the server,
// one for clients that read every packet without GRO, send receiver reports and NACKs and use AES-128-GCM. It was
// another day and another load generator, so differences below a fifth mean nothing.
type earlier struct {
	scenario, name string
	runs           int
	micros         float64 // CPU a packet
	rss            float64 // kB for each participant
	media          string  // ms, p50/p95
	join           float64 // CPU ms
	latency        string  // ms, p50/p95
}

// measuredEarlier are medians of 2026-11-21: LiveKit server 1.13.5, Galène 1.1, Janus 1.1.2, and a bare forwarder on pion/webrtc
// 4.2 (ICE-lite, one UDP port, no interceptors).
var measuredEarlier = []earlier{
	{"a10", "LiveKit", 2, 15.2, 2000, "260/264", 15, "0.9/1.9"},
	{"a50", "LiveKit", 3, 10.8, 1350, "260/267", 18, "3.0/6.2"},
	{"a50", "Galène", 2, 7.4, 420, "15/32", 10, "2.3/5.2"},
	{"a50", "Janus", 2, 16.1, 740, "35/552", 15, "4.5/8.5"},
	{"a100", "LiveKit", 4, 9.4, 1300, "259/268", 23, "7.1/21"},
	{"a100", "Galène", 3, 7.4, 370, "22/29", 16, "4.3/8.4"},
	{"a100", "Janus", 2, 18.2, 740, "39/571", 28, "9.8/18"},
	{"a100", "pion, bare", 2, 6.1, 310, "224/238", 6, "4.3/7.9"},
	{"b100", "LiveKit", 3, 9.8, 2500, "163/212", 37, "2.3/37"},
	{"b100", "Galène", 1, 15.1, 2300, "78/418", 56, "17/38"},
	{"c10", "LiveKit", 3, 8.5, 8700, "173/183", 35, "0.5/1.5"},
	{"c10", "Galène", 2, 8.0, 3900, "29/42", 26, "0.6/1.9"},
	{"c10", "Janus", 2, 11.8, 5400, "40/1033", 39, "0.8/2.1"},
}

// peerTable shows them, apart from what was measured in one run.
func peerTable(results []Result) string {
	var b strings.Builder
	b.WriteString("Others, measured earlier on a machine of the same kind (see below):\n\n")
	b.WriteString("| load | server | n | CPU µs/packet | RSS kB/client | join to media ms | CPU ms/join | latency ms |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	all := byServer(results)
	for _, p := range measuredEarlier {
		if len(all[key(p.scenario, ours)]) > 0 {
			fmt.Fprintf(&b, "| %s | %s | %d | %.1f | %.0f | %s | %.0f | %s |\n", p.scenario, p.name, p.runs, p.micros, p.rss, p.media, p.join, p.latency)
		}
	}
	return b.String()
}
