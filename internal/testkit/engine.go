package testkit

import (
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
	"github.com/pion/webrtc/v4"
)

// Header extensions that browsers offer and that are used here.
const (
	extensionMID   = "urn:ietf:params:rtp-hdrext:sdes:mid"
	extensionRID   = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	extensionLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
)

// newAPI is pion/webrtc with the participant's codecs, preferring AES-GCM as browsers do. It stays on loopback, save for TCP over
// IPv6: pion takes ::1 for no usable address. For UDP a socket there can be given to it.
func (p *Participant) newAPI() (*webrtc.API, error) {
	var settings webrtc.SettingEngine
	settings.SetNetworkTypes(p.opts.Networks)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetIPFilter(func(ip net.IP) bool {
		return ip.IsLoopback() || slices.Contains(p.opts.Networks, webrtc.NetworkTypeTCP6)
	})
	if slices.Contains(p.opts.Networks, webrtc.NetworkTypeUDP6) {
		socket, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
		if err != nil {
			return nil, fmt.Errorf("opening a socket: %w", err)
		}
		mux := webrtc.NewICEUDPMux(nil, socket)
		p.muxes = append(p.muxes, mux)
		settings.SetICEUDPMux(mux)
	}
	stack, err := stdnet.NewNet()
	if err != nil {
		return nil, fmt.Errorf("listing the interfaces: %w", err)
	}
	settings.SetNet(roomy{stack})
	settings.BufferFactory = newStreamBuffer
	if p.opts.Relayed != "" {
		settings.SetICEProxyDialer(relayDialer{p.opts})
	}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetICETimeouts(5*time.Second, 10*time.Second, 500*time.Millisecond)
	settings.SetPrflxAcceptanceMinWait(0)
	settings.SetHostAcceptanceMinWait(0)
	settings.SetRelayAcceptanceMinWait(0)
	settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)

	media := &webrtc.MediaEngine{}
	if err := registerCodecs(media, p.opts); err != nil {
		return nil, fmt.Errorf("registering codecs: %w", err)
	}
	interceptors := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(media, interceptors); err != nil {
		return nil, fmt.Errorf("registering interceptors: %w", err)
	}
	if err := webrtc.ConfigureSimulcastExtensionHeaders(media); err != nil {
		return nil, fmt.Errorf("registering header extensions: %w", err)
	}
	if err := webrtc.ConfigureTWCCHeaderExtensionSender(media, interceptors); err != nil {
		return nil, fmt.Errorf("registering interceptors: %w", err)
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(interceptors)), nil
}

// roomy is the machine's network with sockets as large as a browser's: by default 200 KiB wait for a reader, which a second of
// data between many fills, and then it is the participant that loses pictures.
type roomy struct{ *stdnet.Net }

func (n roomy) ListenUDP(network string, address *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := n.Net.ListenUDP(network, address)
	if err == nil {
		err = conn.SetReadBuffer(2 << 20)
	}
	return conn, err
}

var (
	opus = webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
	}
	red      = webrtc.RTPCodecCapability{MimeType: "audio/red", ClockRate: 48000, Channels: 2, SDPFmtpLine: "111/111"}
	vp8      = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}
	vp9      = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP9, ClockRate: 90000, SDPFmtpLine: "profile-id=0", RTCPFeedback: feedback}
	feedback = []webrtc.RTCPFeedback{{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
)

// Payload types, as in Chromium and in the server's offers.
const payloadVP8, payloadVP9 = 96, 98

func registerCodecs(media *webrtc.MediaEngine, opts Options) error {
	type registered struct {
		codec   webrtc.RTPCodecCapability
		payload webrtc.PayloadType
		kind    webrtc.RTPCodecType
	}
	rtx := func(apt string) webrtc.RTPCodecCapability {
		return webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=" + apt}
	}
	codecs := []registered{
		{opus, payloadOpus, webrtc.RTPCodecTypeAudio},
		{vp8, payloadVP8, webrtc.RTPCodecTypeVideo},
		{rtx("96"), 97, webrtc.RTPCodecTypeVideo},
	}
	if opts.RED {
		codecs = append(codecs, registered{red, payloadRED, webrtc.RTPCodecTypeAudio})
	}
	if opts.VP9 {
		codecs = append(codecs, registered{vp9, payloadVP9, webrtc.RTPCodecTypeVideo}, registered{rtx("98"), 99, webrtc.RTPCodecTypeVideo})
	}
	for _, c := range codecs {
		if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: c.codec, PayloadType: c.payload}, c.kind); err != nil {
			return err
		}
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionMID}, kind); err != nil {
			return err
		}
	}
	return media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionLevel}, webrtc.RTPCodecTypeAudio)
}
