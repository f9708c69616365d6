package site

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// once makes the answers for all tests.
var once = sync.OnceValues(documents)

func ask(t *testing.T, config Config, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	s := &Site{config, once}
	mux := http.NewServeMux()
	s.Register(mux)
	r := httptest.NewRequest("GET", path, nil)
	r.Header = header
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

func TestWhoMayRead(t *testing.T) {
	signedIn := func(r *http.Request) bool { return r.Header.Get("Cookie") == "me" }
	for _, test := range []struct {
		name   string
		config Config
		cookie string
		want   int
	}{
		{"by default nobody", Config{}, "", 403},
		{"everybody", Config{Public: true}, "", 200},
		{"a stranger", Config{SignedIn: signedIn}, "other", 403},
		{"who is signed in", Config{SignedIn: signedIn}, "me", 200},
	} {
		for _, path := range []string{"/api/ampel/catalogue", "/api/ampel/history", "/api/ampel/history?lang=de", "/api/ampel/schema"} {
			w := ask(t, test.config, path, http.Header{"Cookie": {test.cookie}})
			if w.Code != test.want {
				t.Errorf("%s gets %d for %s", test.name, w.Code, path)
			}
			if test.want == 403 && (strings.Contains(w.Body.String(), "Zoom") || !strings.Contains(w.Body.String(), "ampel_closed")) {
				t.Errorf("%s reads %s", test.name, w.Body)
			}
		}
	}
}

func TestAnswersAreMadeWhenAsked(t *testing.T) {
	mux := http.NewServeMux()
	New(Config{Public: true}).Register(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/api/ampel/history", nil))
	if w.Code != 200 || w.Body.Len() < 1000 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestWhatIsServed(t *testing.T) {
	var catalogue struct {
		Version  string
		Criteria []struct{ ID string }
	}
	w := ask(t, Config{Public: true}, "/api/ampel/catalogue", http.Header{"Accept-Encoding": {"gzip"}})
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil || json.Unmarshal(data, &catalogue) != nil || catalogue.Version == "" || len(catalogue.Criteria) != 70 {
		t.Errorf("%v %+v", err, catalogue)
	}
	etag := w.Header().Get("ETag")
	if again := ask(t, Config{Public: true}, "/api/ampel/catalogue", http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {etag}}); again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("asked again: %d", again.Code)
	}
	for path, want := range map[string]string{
		"/api/ampel/history": "own purposes", "/api/ampel/history?lang=de": "eigene Zwecke", "/api/ampel/schema": "json-schema.org",
	} {
		w := ask(t, Config{Public: true}, path, nil)
		if !json.Valid(w.Body.Bytes()) || !strings.Contains(w.Body.String(), want) || w.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
}
