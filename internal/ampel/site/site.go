// Package site serves the Ampel's data over HTTP: the catalogue, the history and the schema of assessments, as JSON at
// /api/ampel/. The page /ampel rates by them in the browser; no assessment ever comes here.
//
// It must not rate, store or log anything, and it serves only to whom the operator lets: historic colours of named services on
// an authority's own server invite quarrel, so nobody sees them by default but people who are signed in.
package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"konklave/internal/ampel"
)

// Config says who may read.
type Config struct {
	Public   bool                     // everybody
	SignedIn func(*http.Request) bool // tells whether somebody is signed in; nil: nobody ever is
}

// Site serves the data. Its answers are made when somebody asks for the first time.
type Site struct {
	config    Config
	documents func() (map[string]document, error) // path below /api/ampel/, with the language where there are two
}

// document is one answer.
type document struct {
	plain, zipped []byte
	etag          string
}

// New makes a site.
func New(config Config) *Site { return &Site{config, sync.OnceValues(documents)} }

func documents() (map[string]document, error) {
	c, err := ampel.Load()
	if err != nil {
		return nil, err
	}
	contents := map[string]any{"catalogue": c, "schema": c.Schema()}
	for _, l := range []ampel.Language{ampel.German, ampel.English} {
		if contents["history/"+string(l)], err = ampel.History(l); err != nil {
			return nil, err
		}
	}
	made := map[string]document{}
	for name, content := range contents {
		if made[name], err = newDocument(content); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func newDocument(content any) (document, error) {
	var plain, zipped bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		return document{}, err
	}
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return document{}, err
	}
	if _, err := z.Write(plain.Bytes()); err != nil {
		return document{}, err
	}
	if err := z.Close(); err != nil {
		return document{}, err
	}
	sum := sha256.Sum256(plain.Bytes())
	return document{plain.Bytes(), zipped.Bytes(), hex.EncodeToString(sum[:12])}, nil
}

// Register adds the routes.
func (s *Site) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/ampel/catalogue", s.serve("catalogue"))
	mux.HandleFunc("GET /api/ampel/schema", s.serve("schema"))
	mux.HandleFunc("GET /api/ampel/history", func(w http.ResponseWriter, r *http.Request) {
		l := ampel.English
		if r.URL.Query().Get("lang") == string(ampel.German) {
			l = ampel.German
		}
		s.serve("history/"+string(l))(w, r)
	})
}

func (s *Site) admits(r *http.Request) bool {
	return s.config.Public || s.config.SignedIn != nil && s.config.SignedIn(r)
}

func (s *Site) serve(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/json")
		if !s.admits(r) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"code":"ampel_closed","message":"the Ampel of this server is for people who are signed in"}` + "\n"))
			return
		}
		all, err := s.documents()
		if err != nil { // a mistake in the data, which the tests of ampel would see
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		d := all[name]
		// Kept by the browser, which asks each time: who signs out sees it no more.
		h.Set("Cache-Control", "private, no-cache")
		h.Add("Vary", "Accept-Encoding, Cookie")
		body, etag := d.plain, `"`+d.etag+`"`
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			body, etag = d.zipped, `"`+d.etag+`-gzip"`
			h.Set("Content-Encoding", "gzip")
		}
		h.Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			h.Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
	}
}
