package account

import (
	"slices"
	"strings"
)

// ListCode says what is wrong with a place in a list of accounts. The list is closed: a page has its own text for each.
type ListCode string

// The codes of mistakes in a list. Those of fields are those of a single account.
const (
	ListNotUTF8       ListCode = "list_not_utf8"       // the table was saved in another way
	ListEmpty         ListCode = "list_empty"          // there is no account in it
	ListNoHeader      ListCode = "list_no_header"      // the first line names no columns
	ListColumnUnknown ListCode = "list_column_unknown" // no column of this name
	ListColumnTwice   ListCode = "list_column_twice"   // with its name
	ListColumnMissing ListCode = "list_column_missing" // with its name
	ListQuotes        ListCode = "list_quotes"
	ListTooLong       ListCode = "list_too_long"        // with how many it may have
	ListTooManyValues ListCode = "list_too_many_values" // more than the first line has columns
	ListEmailTwice    ListCode = "list_email_twice"     // with the line that has it before
	ListEmailTaken             = ListCode(CodeEmailTaken)
	ListEmailInvalid           = ListCode(CodeEmailInvalid)
	ListNameInvalid            = ListCode(CodeNameInvalid)
	ListRoleInvalid            = ListCode(CodeRoleInvalid)
)

// listMessages say in a few English words what a code means, with a hole for its value.
var listMessages = map[ListCode]string{
	ListNotUTF8:       "the list is not in UTF-8: save it as CSV UTF-8",
	ListEmpty:         "there is no account in the list",
	ListNoHeader:      "the first line must name the columns: email, name, role",
	ListColumnUnknown: "there is no column of this name; columns are email, name and role",
	ListColumnTwice:   "the column {value} is there twice",
	ListColumnMissing: "the column {value} is missing in the first line",
	ListQuotes:        "a quotation mark is not closed, or stands in the middle of a value",
	ListTooLong:       "a list has at most {value} accounts",
	ListTooManyValues: "the line has more values than the first line has columns",
	ListEmailTwice:    "email: line {value} has the same address",
	ListEmailTaken:    "email: " + messages[CodeEmailTaken],
	ListEmailInvalid:  "email: " + messages[CodeEmailInvalid],
	ListNameInvalid:   "name: " + messages[CodeNameInvalid],
	ListRoleInvalid:   "role: " + messages[CodeRoleInvalid],
}

// Values lists every code, for the description of the API.
func (ListCode) Values() []string {
	var all []string
	for code := range listMessages {
		all = append(all, string(code))
	}
	slices.Sort(all)
	return all
}

// Fault is one mistake in a list of accounts.
type Fault struct {
	Line    int      `json:"line" doc:"Line of the list, from 1."`
	Column  int      `json:"column,omitempty" doc:"Column in the line, from 1, in characters; absent where the whole line is meant."`
	Code    ListCode `json:"code" doc:"What is wrong, from a closed list; pages show their own text for it."`
	Value   string   `json:"value,omitempty" doc:"Of some codes: the name of a column, the number of a line, how many."`
	Problem string   `json:"problem" doc:"The same in English, for programs and the command line."`
}

// faultAt makes one, with its text.
func faultAt(line, column int, code ListCode, value string) Fault {
	return Fault{line, column, code, value, strings.ReplaceAll(listMessages[code], "{value}", value)}
}
