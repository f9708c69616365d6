package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// notBuiltPage is what / shows in a binary that was compiled without the web client.
const notBuiltPage = "The web client is not part of this binary. Build it with: make build\n"

const nothingHere = "There is nothing at this address.\n"

// static serves the web client from memory.
type static struct {
	files map[string]*asset // path without leading slash -> file
}

// An asset is one file of the web client.
type asset struct {
	contentType string
	etag        string // without the quotes that HTTP puts around it
	cache       string
	plain       []byte
	zipped      func() []byte // gzip, made once when first asked for; nil when it would not be shorter
	brotli      []byte        // made by the build of the web client; nil where it made none
}

// addressMark is where the page has the address under which people reach the server: who has it open where browsers give
// no camera is told to go there.
const addressMark = `<meta name="konklave-address" content="`

// hostingMark is where the page has whether people without an account may make meetings: "open", or nothing.
const hostingMark = `<meta name="konklave-hosting" content="`

// newStatic reads all files once. Files that cannot be read are left out: with an embedded file system there are none.
func newStatic(files fs.FS, publicURL string, openHosting bool) *static {
	s := &static{files: map[string]*asset{}}
	if files == nil {
		return s
	}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		if strings.HasSuffix(name, brotliSuffix) {
			return nil // another form of the file beside it
		}
		if data, err := fs.ReadFile(files, name); err == nil {
			brotli, _ := fs.ReadFile(files, name+brotliSuffix)
			if name == "index.html" {
				brotli = nil // it holds what the build wrote, without what follows
				address := html.EscapeString(strings.TrimSuffix(publicURL, "/"))
				data = bytes.Replace(data, []byte(addressMark), []byte(addressMark+address), 1)
				if openHosting {
					data = bytes.Replace(data, []byte(hostingMark), []byte(hostingMark+"open"), 1)
				}
			}
			s.files[name] = newAsset(name, data, brotli)
		}
		return nil
	})
	return s
}

func newAsset(name string, data, brotli []byte) *asset {
	sum := sha256.Sum256(data)
	a := &asset{
		contentType: contentType(name),
		etag:        hex.EncodeToString(sum[:12]),
		// The browser keeps a copy and asks each time whether it is still the same.
		cache:  "no-cache",
		plain:  data,
		brotli: brotli,
	}
	if strings.HasPrefix(name, "assets/") {
		// The build puts a hash of the content into these names, so they never change.
		a.cache = "public, max-age=31536000, immutable"
	}
	a.zipped = sync.OnceValue(func() []byte { return compress(a.contentType, data) })
	return a
}

// page serves the single HTML page of the client, whose script reads the address itself.
func (s *static) page(w http.ResponseWriter, r *http.Request) {
	if a, ok := s.files["index.html"]; ok {
		a.serve(w, r)
		return
	}
	http.Error(w, notBuiltPage, http.StatusServiceUnavailable)
}

// file serves a file of the client by its path, or the page that says there is none.
func (s *static) file(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if a, ok := s.files[name]; ok && name != "index.html" {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		a.serve(w, r)
		return
	}
	s.nothing(w, r)
}

// nothing says that there is nothing at an address: to a browser by the client's page, which knows the person's
// language; to programs in plain words.
func (s *static) nothing(w http.ResponseWriter, r *http.Request) {
	body, contentType := []byte(nothingHere), "text/plain; charset=utf-8"
	if a, ok := s.files["index.html"]; ok && strings.Contains(r.Header.Get("Accept"), "text/html") {
		body, contentType = a.plain, a.contentType
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", a.cache)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Add("Vary", "Accept-Encoding")
	body, coding := a.form(r.Header)
	etag := a.etag
	if coding != "" {
		etag += "-" + coding
		h.Set("Content-Encoding", coding)
		// A range of a compressed file is of use to nobody.
		r.Header.Del("Range")
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// contentType does not ask the machine's MIME tables, so that every installation answers alike.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".wasm":
		return "application/wasm"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	default:
		return "application/octet-stream"
	}
}
