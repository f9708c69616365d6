package negotiate

import (
	"strconv"

	"konklave/internal/sdp"
)

// h264Profile is what a decoder of H264 has to be able to do.
type h264Profile uint8

// The profiles, each a subset of those behind it, except that decoders of main and high lack what baseline adds to
// constrained baseline, and nobody sends that.
const (
	otherProfile h264Profile = iota
	constrainedBaseline
	baselineProfile
	mainProfile
	highProfile
)

// h264Variant reads which variant of H264 a codec is: its profile (RFC 6184 section 8.1, table 5), and whether packets may hold
// several NAL units or parts of them (packetization-mode 1). What is not said has a default.
func h264Variant(c *sdp.Codec) (profile h264Profile, combines, ok bool) {
	switch mode, said := c.Param("packetization-mode"); {
	case said && mode == "1":
		combines = true
	case said && mode != "0":
		return otherProfile, false, false // interleaved; nobody does that
	}
	id, said := c.Param("profile-level-id")
	if !said {
		return baselineProfile, combines, true
	}
	n, err := strconv.ParseUint(id, 16, 24)
	if err != nil || len(id) != 6 {
		return otherProfile, false, false
	}
	idc, constraints := n>>16, n>>8&0xff
	switch {
	case idc == 0x42 && constraints&0x40 != 0, idc == 0x4d && constraints&0x80 != 0:
		profile = constrainedBaseline
	case idc == 0x42:
		profile = baselineProfile
	case idc == 0x4d:
		profile = mainProfile
	case idc == 0x64:
		profile = highProfile
	}
	return profile, combines, profile != otherProfile
}

// h264Fitness tells how well a variant serves in a section of a client with that direction, more is better, 0 not at all.
// All receivers of a track get the same packets. So what a client sends must be what all can decode: constrained baseline,
// which senders of baseline send too; and what it receives it must take in packets that combine, up to which profile does
// not matter. What is not combined fits everybody.
func h264Fitness(direction sdp.Direction, c *sdp.Codec) int {
	profile, combines, ok := h264Variant(c)
	if !ok {
		return 0
	}
	sends := direction.Sends() || !direction.Receives() // nobody knows what an inactive one will do
	receives := direction.Receives() || !direction.Sends()
	if sends && profile > baselineProfile || receives && !combines {
		return 0
	}
	fitness := 1 + int(highProfile-profile)
	if combines {
		fitness += int(highProfile) // before the profile: senders of single NAL units make slices that fit a packet
	}
	return fitness
}
