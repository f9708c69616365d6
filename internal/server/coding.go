package server

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
)

// brotliSuffix ends the names of the files that the build of the web client has compressed. Browsers take that form over
// HTTPS and from their own machine only.
const brotliSuffix = ".br"

// form gives the form of the file that the client wants most, and the content coding it is in; "" is none. Where it
// wants several alike it gets the shortest.
func (a *asset) form(h http.Header) (body []byte, coding string) {
	brotli, gzipped := weight(h, "br"), weight(h, "gzip")
	if a.brotli != nil && brotli > 0 && brotli >= gzipped {
		return a.brotli, "br"
	}
	if gzipped > 0 {
		if zipped := a.zipped(); zipped != nil {
			return zipped, "gzip"
		}
	}
	if a.brotli != nil && brotli > 0 {
		return a.brotli, "br"
	}
	return a.plain, ""
}

// weight reads from Accept-Encoding how much a content coding is wanted, 0 to 1, RFC 9110 section 12.5.3. "*" counts for
// nothing: who names no coding gets none.
func weight(h http.Header, coding string) float64 {
	for _, line := range h.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			if !strings.EqualFold(strings.TrimSpace(name), coding) {
				continue
			}
			q, given := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q=")
			if !given {
				return 1
			}
			wanted, err := strconv.ParseFloat(q, 64)
			if err != nil || !(wanted >= 0 && wanted <= 1) {
				return 0 // not understood: the plain file is never wrong
			}
			return wanted
		}
	}
	return 0
}

// compress gives the gzip form, or nil for files that are compressed already or too small to gain.
func compress(contentType string, data []byte) []byte {
	const worthwhile = 1024
	text := strings.HasPrefix(contentType, "text/") || strings.HasPrefix(contentType, "application/") ||
		contentType == "image/svg+xml"
	if !text || len(data) < worthwhile {
		return nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := z.Write(data); err != nil {
		return nil
	}
	if err := z.Close(); err != nil || b.Len() >= len(data) {
		return nil
	}
	return b.Bytes()
}
