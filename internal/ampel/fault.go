package ampel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Fault is one thing that is wrong with the file of an assessment.
type Fault struct {
	Line, Column int    // from 1; 0 where the place is not known
	Code         string // of the phrases "fault.*"
	Values       []string
}

// Faults is the error of Read: all that is wrong, in the order of the file.
type Faults struct {
	List []Fault
	c    *Catalogue
}

// FaultText says a fault in a language.
func (c *Catalogue) FaultText(l Language, f Fault) string {
	return c.Phrase(l, "fault."+f.Code, f.Values...)
}

// Error lists the faults in English, each with its line and column.
func (f Faults) Error() string { return f.In(English) }

// In lists the faults in a language.
func (f Faults) In(l Language) string {
	lines := make([]string, len(f.List))
	for i, fault := range f.List {
		lines[i] = fmt.Sprintf("%d:%d: %s", fault.Line, fault.Column, f.c.FaultText(l, fault))
	}
	return strings.Join(lines, "\n")
}

func sortFaults(list []Fault) {
	slices.SortStableFunc(list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
