package codec

// Frame is what one packet's payload says of the video frame it belongs to.
type Frame struct {
	Start      bool  // first packet of the frame (of the spatial layer frame with VP9 SVC)
	Keyframe   bool  // the packet belongs to a frame that decodes without any other and starts a sequence
	Sync       bool  // temporal layer sync: a subscriber may switch up to this temporal layer here
	Temporal   uint8 // temporal layer id, 0 is the base
	Spatial    uint8 // spatial layer id inside the packet's stream (SVC), 0 is the base
	PictureID  int32 // VP8, VP9: picture id, -1 when absent
	Wide       bool  // the picture id has 15 bits instead of 7
	TL0        int16 // VP8, VP9: TL0PICIDX, -1 when absent
	Descriptor uint8 // bytes of payload descriptor in front of the codec's own data
}
