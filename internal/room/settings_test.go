package room

import "testing"

func TestLayerOfQuality(t *testing.T) {
	layers := func(q ...Quality) *TrackInfo {
		info := &TrackInfo{Type: Video}
		for _, quality := range q {
			info.Layers = append(info.Layers, Layer{Quality: quality})
		}
		return info
	}
	tests := []struct {
		name    string
		track   *TrackInfo
		quality Quality
		want    int8
	}{
		{"three layers, low", layers(Low, Medium, High), Low, 0},
		{"three layers, medium", layers(Low, Medium, High), Medium, 1},
		{"three layers, high", layers(Low, Medium, High), High, 2},
		{"two layers, high", layers(Low, Medium), High, 1},
		{"one high layer, low", layers(High), Low, 0},
		{"low and high, medium", layers(Low, High), Medium, 0},
		{"unknown layers, high", layers(), High, 2},
		{"unknown layers, nonsense", layers(), 99, 2},
		{"sound", &TrackInfo{Type: Audio}, High, 0},
	}
	for _, test := range tests {
		if have := layerOfQuality(test.track, test.track.Layers, test.quality); have != test.want {
			t.Errorf("%s: layer %d, want %d", test.name, have, test.want)
		}
	}
}

func TestLayerOfSize(t *testing.T) {
	landscape := &TrackInfo{Type: Video, Width: 1280, Height: 720, Layers: []Layer{
		{Width: 320, Height: 180}, {Width: 640, Height: 360}, {Width: 1280, Height: 720},
	}}
	portrait := &TrackInfo{Type: Video, Width: 720, Height: 1280, Layers: []Layer{
		{Width: 180, Height: 320}, {Width: 360, Height: 640}, {Width: 720, Height: 1280},
	}}
	text := &TrackInfo{Type: Video, Width: 1920, Height: 1080, Layers: []Layer{{Width: 1920, Height: 1080}, {Width: 1920, Height: 1080}}}
	tests := []struct {
		name          string
		track         *TrackInfo
		width, height uint32
		want          int8
	}{
		{"tiny", landscape, 100, 50, 0},
		{"exact", landscape, 320, 180, 0},
		{"a little more", landscape, 320, 181, 1},
		{"wide window", landscape, 2000, 300, 1},
		{"larger than all", landscape, 4000, 3000, 2},
		{"portrait, narrow", portrait, 180, 2000, 0},
		{"portrait", portrait, 200, 300, 1},
		{"unknown layers", &TrackInfo{Type: Video}, 100, 100, 2},
		{"layers of one size, large", text, 1000, 1000, 1},
		{"layers of one size, larger", text, 3000, 2000, 1},
		{"layers of one size, small", text, 500, 500, 0},
	}
	for _, test := range tests {
		if have := layerOfSize(test.track, test.track.Layers, test.width, test.height); have != test.want {
			t.Errorf("%s: layer %d, want %d", test.name, have, test.want)
		}
	}
}

func TestLoudness(t *testing.T) {
	tests := []struct {
		level uint8
		want  float32
	}{{0, 1}, {6, 0.625}, {20, 0.125}, {35, 0.125}, {126, 0.125}, {127, 0.125}, {255, 0.125}}
	for _, test := range tests {
		if have := loudness(test.level); have != test.want {
			t.Errorf("-%d dBov: %v, want %v", test.level, have, test.want)
		}
	}
}
