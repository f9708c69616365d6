// Package web carries the built web client inside the binary. It owns nothing but those files: serving them, with
// their headers, is the server's business.
package web

import (
	"embed"
	"io/fs"
)

// dist holds what `npm run build` wrote, or only .gitkeep before the first build.
//
//go:embed all:dist
var dist embed.FS

// Files returns the built client: index.html, old.js and assets/ at its root. Before the first build of the web
// client it has no index.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // cannot happen: the directory name is a constant and valid
	}
	return files
}
