package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLists(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // email name role, or line:column problem
	}{
		{"commas", "email,name,role\nada@example.org,Ada Lovelace,host\nbob@example.org,\"Bob, Jr.\",admin\n",
			[]string{"ada@example.org Ada Lovelace host", "bob@example.org Bob, Jr. admin"}},
		{"as German tables are saved", "\ufeffName;E-Mail;Rolle\r\nÄnne Öz;aenne@example.org;Lehrkraft\r\n;;\r\n", []string{"aenne@example.org Änne Öz host"}},
		{"tabs, without roles", "name\temail\nAda\tada@example.org\n", []string{"ada@example.org Ada host"}},
		{"an empty list", "", []string{"1:0 the first line must name the columns: email, name, role"}},
		{"only a header", "email,name\n", []string{"1:0 there is no account in the list"}},
		{"no header", "ada@example.org,Ada\n", []string{"1:1 there is no column", "1:17 there is no column", "1:0 the column email is missing", "1:0 the column name is missing"}},
		{"a column twice", "email,name,email\n", []string{"1:12 the column email is there twice"}},
		{"several mistakes at once", "email;name;role\nada;Ada;host\nbob@example.org;;host\nBOB@example.org;Bob;chief\neve@example.org;Eve;host;1\nÖÖ@example.org;Ö;ö\n",
			[]string{"2:1 email:", "3:17 name:", "4:1 email: line 3 has the same", "4:21 role:", "5:26 the line has more values", "6:18 role:"}},
		{"a line too short", "name,email\nAda\n", []string{"2:0 email:"}},
		{"a quotation mark in the middle", "email,name\nada@example.org,A\"da\nbob,Bob\n", []string{"2:18 a quotation mark", "3:1 email:"}},
		{"not UTF-8", "email,name\nada@example.org,\xc4nne\n", []string{"2:0 the list is not in UTF-8"}},
		{"a formula is a name like others", "email,name\nada@example.org,=1+1\n", []string{"ada@example.org =1+1 host"}},
		{"turned text", "email,name\nada@example.org,Ada\u202elived\n", []string{"2:17 name:"}},
	}
	for _, test := range tests {
		var got []string
		rows, err := ReadList([]byte(test.text))
		for _, row := range rows {
			got = append(got, fmt.Sprintf("%s %s %s", row.Email.Reveal(), row.Name.Reveal(), row.Role))
		}
		var refused Failure
		if errors.As(err, &refused) {
			for _, f := range refused.Faults {
				got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Problem))
			}
		}
		if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
			t.Errorf("%s:\n%s", test.name, strings.Join(got, "\n"))
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("email,name\n")
	for i := range mostRows + 1 {
		fmt.Fprintf(&b, "u%d@example.org,U\n", i)
	}
	if _, err := ReadList([]byte(b.String())); err == nil {
		t.Error("too many are taken")
	}
	var refused Failure
	if _, err := ReadList([]byte("email,name\n" + strings.Repeat("x,\n", 1000))); !errors.As(err, &refused) || len(refused.Faults) > mostFaults {
		t.Errorf("%d faults", len(refused.Faults))
	}
}

func FuzzReadList(f *testing.F) {
	f.Add([]byte("email,name,role\nada@example.org,Ada,host\n"))
	f.Add([]byte("\ufeffName;E-Mail\n\"a;b\nc\"\n"))
	f.Add([]byte("email\tname\n\xff\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := ReadList(text)
		if (err == nil) == (len(rows) == 0) {
			t.Fatalf("%d rows and %v", len(rows), err)
		}
		for _, row := range rows {
			if _, _, err := cleanEmail(row.Email); err != nil || !row.Role.Valid() || row.Line < 2 {
				t.Fatalf("a row that is none: %d", row.Line)
			}
		}
	})
}
