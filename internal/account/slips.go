package account

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"rsc.io/qr"
)

//go:embed slips.html
var slipsText string

var slipsTemplate = template.Must(template.New("slips").Parse(slipsText))

// slip is what stands on one.
type slip struct {
	Name, Email, Code, Site, Until string
	Size                           int
	Path                           string // of the QR code, for SVG
}

// Slips is a page to print, a slip for each account. What stands on a slip admits once: nobody but its owner should see it.
func Slips(slips []Slip, site string) ([]byte, error) {
	var list []slip
	for _, s := range slips {
		code, err := qr.Encode(s.Link.Address(site), qr.M)
		if err != nil {
			return nil, fmt.Errorf("the address of the server is too long for a QR code: %w", err)
		}
		list = append(list, slip{
			Name: s.Account.Name.Reveal(), Email: s.Account.Email.Reveal(), Code: Spaced(s.Link.Code),
			Site: strings.TrimSuffix(site, "/") + "/enter", Until: s.Link.Ends.Local().Format("2006-01-02 15:04 MST"),
			Size: code.Size + 8, Path: squares(code),
		})
	}
	var page bytes.Buffer
	err := slipsTemplate.Execute(&page, list)
	return page.Bytes(), err
}

// squares draws a code with the margin that cameras need.
func squares(code *qr.Code) string {
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	return path.String()
}
