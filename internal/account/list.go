package account

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"konklave/internal/pii"
)

// mostRows is how many accounts one list may have.
const mostRows = 2000

// Newcomer is an account that shall be made.
type Newcomer struct {
	Email pii.Text
	Name  pii.Name
	Role  Role
}

// Row is an account of a list, and where its address stands there.
type Row struct {
	Newcomer
	Line, Column int
	key          string // the address as it is compared
}

// columns are the words that may stand in the first line, in English and German.
var columns = map[string]string{
	"email": "email", "e-mail": "email", "mail": "email", "adresse": "email",
	"name": "name", "role": "role", "rolle": "role",
}

// roleWords are the words for roles in a list.
var roleWords = map[string]Role{
	"": Host, "host": Host, "leitung": Host, "lehrkraft": Host, "admin": Admin, "verwaltung": Admin, "administration": Admin,
	"reception": Reception, "empfang": Reception, "sekretariat": Reception, "auditor": Auditor, "prüfung": Auditor, "datenschutz": Auditor,
}

// ReadList reads a list of accounts as tables are saved: CSV in UTF-8 with commas, semicolons or tabs, and a first line that
// names its columns: email, name and, if wanted, role. Its error is a Failure with CodeListInvalid and every mistake.
func ReadList(text []byte) ([]Row, error) {
	text = []byte(strings.TrimPrefix(string(text), "\ufeff"))
	l := list{seen: map[string]int{}, lines: strings.Split(string(text), "\n")}
	if !utf8.Valid(text) {
		return nil, Failure{Code: CodeListInvalid, Faults: []Fault{faultAt(badLine(text), 0, ListNotUTF8, "")}}
	}
	l.reader = csv.NewReader(strings.NewReader(string(text)))
	l.reader.Comma = separator(text)
	l.reader.FieldsPerRecord, l.reader.TrimLeadingSpace = -1, true
	if l.readHeader() {
		l.readRows()
	}
	if len(l.faults) == 0 && len(l.rows) == 0 {
		l.complain(1, 0, ListEmpty, "")
	}
	if len(l.faults) > 0 {
		return nil, Failure{Code: CodeListInvalid, Faults: l.faults}
	}
	return l.rows, nil
}

// list is one that is being read.
type list struct {
	reader *csv.Reader
	lines  []string
	at     map[string]int // column -> its place
	seen   map[string]int // address -> its line
	rows   []Row
	faults []Fault
}

// mostFaults are told at once: a list with more was made wrongly as a whole.
const mostFaults = 100

// complain notes a mistake. The column comes in bytes, as the reader counts, and goes out in characters.
func (l *list) complain(line, column int, code ListCode, value string) {
	if line <= len(l.lines) && column > 0 && column <= len(l.lines[line-1])+1 {
		column = utf8.RuneCountInString(l.lines[line-1][:column-1]) + 1
	}
	if len(l.faults) < mostFaults {
		l.faults = append(l.faults, faultAt(line, column, code, value))
	}
}

func (l *list) readHeader() bool {
	header, err := l.reader.Read()
	if err != nil {
		l.complain(1, 0, ListNoHeader, "")
		return false
	}
	l.at = map[string]int{}
	for i, text := range header {
		line, column := l.reader.FieldPos(i)
		name, known := columns[strings.ToLower(strings.TrimSpace(text))]
		if !known {
			l.complain(line, column, ListColumnUnknown, "")
			continue
		}
		if _, twice := l.at[name]; twice {
			l.complain(line, column, ListColumnTwice, name)
		}
		l.at[name] = i
	}
	for _, name := range []string{"email", "name"} {
		if _, ok := l.at[name]; !ok {
			l.complain(1, 0, ListColumnMissing, name)
		}
	}
	return len(l.faults) == 0
}

func (l *list) readRows() {
	for len(l.faults) < mostFaults {
		record, err := l.reader.Read()
		if err == io.EOF {
			return
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			l.complain(wrong.Line, wrong.Column, ListQuotes, "")
			continue
		}
		if len(l.rows) == mostRows {
			line, _ := l.reader.FieldPos(0)
			l.complain(line, 0, ListTooLong, strconv.Itoa(mostRows))
			return
		}
		l.readRow(record)
	}
}

func (l *list) readRow(record []string) {
	if !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return // a row of empty cells, as tables end
	}
	first, _ := l.reader.FieldPos(0)
	cell := func(name string) (text string, line, column int) {
		i, ok := l.at[name]
		if !ok || i >= len(record) {
			return "", first, 0
		}
		line, column = l.reader.FieldPos(i)
		return record[i], line, column
	}
	if len(record) > len(l.at) {
		line, column := l.reader.FieldPos(len(l.at))
		l.complain(line, column, ListTooManyValues, "")
		return
	}
	row := Row{}
	text, line, column := cell("email")
	email, key, err := cleanEmail(pii.Text(text))
	if err != nil {
		l.complain(line, column, ListEmailInvalid, "")
	} else if before := l.seen[key.Reveal()]; before > 0 {
		l.complain(line, column, ListEmailTwice, strconv.Itoa(before))
	} else {
		l.seen[key.Reveal()] = line
	}
	row.Email, row.key, row.Line, row.Column = email, key.Reveal(), line, column
	text, line, column = cell("name")
	if row.Name, err = cleanName(pii.Name(text)); err != nil {
		l.complain(line, column, ListNameInvalid, "")
	}
	text, line, column = cell("role")
	role, known := roleWords[strings.ToLower(strings.TrimSpace(text))]
	if !known {
		l.complain(line, column, ListRoleInvalid, "")
	}
	row.Role = role
	l.rows = append(l.rows, row)
}

// separator is the sign that stands most often in the first line.
func separator(text []byte) rune {
	header, _, _ := strings.Cut(string(text), "\n")
	best, most := ',', 0
	for _, sign := range []rune{',', ';', '\t'} {
		if n := strings.Count(header, string(sign)); n > most {
			best, most = sign, n
		}
	}
	return best
}

// badLine is the first line that is no UTF-8.
func badLine(text []byte) int {
	line := 1
	for row := range strings.SplitSeq(string(text), "\n") {
		if !utf8.ValidString(row) {
			break
		}
		line++
	}
	return line
}
