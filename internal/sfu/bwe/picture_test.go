package bwe_test

import (
	"bytes"
	"fmt"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

// Sizes of a picture, in pixels.
const (
	left, width        = 44, 640
	top, ratesHeight   = 34, 150
	queueTop           = top + ratesHeight + 22
	queueHeight        = 44
	layersTop          = queueTop + queueHeight + 20
	layerHeight        = 11
	perPoint           = 2 // samples
	fullWidth          = left + width + 14
	estimates0         = "#0b6"
	estimates1         = "#c60"
	grey, dark, purple = "#bbb", "#333", "#85c"
)

// draw shows a run: the line's capacity, estimates, what is sent and downloaded, the queue, and the layers.
func draw(r *run) []byte {
	var b bytes.Buffer
	height := layersTop + layerHeight*len(r.rows()) + 22
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="10" fill="none">`+"\n", fullWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/><text x="%d" y="13" font-size="12" fill="#000">%s</text>`+"\n", fullWidth, height, left, r.title)
	r.drawRates(&b)
	r.drawQueue(&b)
	r.drawLayers(&b)
	for at := bwe.Time(0); at <= r.length; at += step(r.length) {
		x := left + width*int(at/line.Millisecond)/int(r.length/line.Millisecond)
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s" text-anchor="middle">%d s</text>`+"\n", x, height-6, dark, at/line.Second)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// step is a round part of a length.
func step(length bwe.Time) bwe.Time {
	for _, s := range []bwe.Time{2, 5, 10, 20} {
		if length <= 12*s*line.Second {
			return s * line.Second
		}
	}
	return 30 * line.Second
}

func (r *run) drawRates(b *bytes.Buffer) {
	most := bwe.Rate(0)
	for _, c := range r.capacity {
		most = max(most, min(c, 6*bwe.Mbit))
	}
	for _, v := range r.viewers {
		most = max(most, percentile(v.estimate, 0.99))
	}
	scale := float64(most) * 1.1
	curve := func(rates []bwe.Rate, from bwe.Time, style string) {
		series(b, rates, int(from/sampling), scale, top, ratesHeight, style)
	}
	axis(b, top, ratesHeight, fmt.Sprintf("%.1f", scale/1e6), "Mbit/s")
	legend := []string{dark, "line"}
	for i, d := range r.downloads {
		curve(smooth(d.came), d.from, stroke(purple, 1))
		if i == 0 {
			legend = append(legend, purple, "download")
		}
	}
	for i, v := range r.viewers {
		colours := []string{estimates0, estimates1}
		curve(smooth(v.sent), v.from, stroke(colours[i%2], 0.7)+` stroke-opacity=".5"`)
		curve(v.estimate, v.from, stroke(colours[i%2], 1.6))
		legend = append(legend, colours[i%2], []string{"estimate (thin: sent)", "estimate of another"}[min(i, 1)])
	}
	curve(r.capacity, 0, stroke(dark, 1)+` stroke-dasharray="4 2"`)
	for i := 0; i < len(legend); i += 2 {
		fmt.Fprintf(b, `<text x="%d" y="27" fill="%s">%s</text>`+"\n", left+i*60, legend[i], legend[i+1])
	}
}

func (r *run) drawQueue(b *bytes.Buffer) {
	most := max(slicesMax(r.queue), 100*line.Millisecond)
	axis(b, queueTop, queueHeight, fmt.Sprintf("%d", most/line.Millisecond), "ms queue")
	series(b, r.queue, 0, float64(most), queueTop, queueHeight, stroke("#c33", 1))
}

func slicesMax(all []bwe.Time) bwe.Time {
	most := bwe.Time(0)
	for _, x := range all {
		most = max(most, x)
	}
	return most
}

// rows are the layers of all tracks of all viewers.
func (r *run) rows() (all [][]int) {
	for _, v := range r.viewers {
		all = append(all, v.layers...)
	}
	return all
}

// drawLayers shows which layer of each track is sent, the darker the higher.
func (r *run) drawLayers(b *bytes.Buffer) {
	shades := []string{"#eee", "#cde", "#79c", "#236"}
	for i, row := range r.rows() {
		y := layersTop + i*layerHeight
		fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s" text-anchor="end">layer</text>`+"\n", left-4, y+8, dark)
		for from := 0; from < len(row); {
			to := from
			for to < len(row) && row[to] == row[from] {
				to++
			}
			fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, r.x(from), y, r.x(to)-r.x(from), layerHeight-1, shades[row[from]+1])
			from = to
		}
		b.WriteString("\n")
	}
}

// x is where a sample is.
func (r *run) x(sample int) int { return left + width*sample/int(r.length/sampling) }

// axis is the frame of a panel.
func axis(b *bytes.Buffer, y, height int, most, unit string) {
	fmt.Fprintf(b, `<path d="M%d %dh%dv%dh-%dz" stroke="%s" stroke-width=".5"/>`, left, y, width, height, width, grey)
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s" text-anchor="end">%s</text><text x="%d" y="%d" fill="%s">%s</text>`+"\n",
		left-4, y+8, dark, most, left+4, y+10, dark, unit)
}

func stroke(colour string, width float64) string {
	return fmt.Sprintf(`stroke="%s" stroke-width="%g"`, colour, width)
}

// series is a curve through samples, from the first on.
func series[T numeric](b *bytes.Buffer, all []T, first int, scale float64, y, height int, style string) {
	if first >= len(all) {
		return
	}
	fmt.Fprintf(b, `<path %s d="`, style)
	command := 'M'
	total := len(all)
	for i := first; i < total; i += perPoint {
		at := float64(left) + float64(width)*float64(i)/float64(total)
		fmt.Fprintf(b, "%c%.0f %.0f", command, at, float64(y)+float64(height)*(1-min(float64(all[i])/scale, 1)))
		command = 'L'
	}
	b.WriteString(`"/>` + "\n")
}

// smooth is the mean of each half second.
func smooth(all []bwe.Rate) []bwe.Rate {
	out := make([]bwe.Rate, len(all))
	for i := range all {
		part := all[max(0, i-4) : i+1]
		out[i] = bwe.Rate(mean(part))
	}
	return out
}
