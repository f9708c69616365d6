package account

import "time"

// Code says why something was refused. The list is closed; internal/api maps it to HTTP statuses.
type Code string

// The codes of refusals.
const (
	// CodeSignedOut means that nobody is signed in, or no more.
	CodeSignedOut Code = "signed_out"
	// CodeFactorNeeded means that the second factor is missing before the login may do this.
	CodeFactorNeeded Code = "factor_needed"
	// CodeEnrolNeeded means that the role demands a second factor, which must be set up first.
	CodeEnrolNeeded Code = "enrol_needed"
	// CodeForbidden means that the role does not allow it.
	CodeForbidden Code = "forbidden"
	// CodeCredentialsWrong means that there is no such account with such a password. Which of both is not said.
	CodeCredentialsWrong Code = "credentials_wrong"
	// CodePasswordWrong means that the password that confirms an act of somebody signed in is wrong.
	CodePasswordWrong Code = "password_wrong"
	// CodeCodeWrong means that the code of the second factor or for recovery is wrong, or was used before.
	CodeCodeWrong Code = "code_wrong"
	// CodeSlowDown means that there were too many attempts: the next is taken later.
	CodeSlowDown Code = "slow_down"
	// CodeBusy means that too many passwords are being checked at this moment.
	CodeBusy Code = "busy"
	// CodeLinkUnknown means that a one-time link was used, has expired, was replaced or never existed.
	CodeLinkUnknown Code = "link_unknown"
	// CodeAccountUnknown means that there is no such account.
	CodeAccountUnknown Code = "account_unknown"
	// CodeLoginUnknown means that there is no such login of this account.
	CodeLoginUnknown Code = "login_unknown"
	// CodeEmailTaken means that another account has this address.
	CodeEmailTaken Code = "email_taken"
	// CodeEmailInvalid means that it is no address such as ada@example.org.
	CodeEmailInvalid Code = "email_invalid"
	// CodeNameInvalid means that the name is empty, longer than 80 characters or holds control characters.
	CodeNameInvalid Code = "name_invalid"
	// CodeRoleInvalid means that there is no such role.
	CodeRoleInvalid Code = "role_invalid"
	// CodePasswordWeak means that the password has fewer than 12 characters, more than 256 bytes, is the address or the
	// name, or is among those that are tried first.
	CodePasswordWeak Code = "password_weak"
	// CodeLastAdministrator means that nobody who can sign in would be left to administer.
	CodeLastAdministrator Code = "last_administrator"
	// CodeOwnsMeetings means that the account has meetings: say who gets them, or that they go.
	CodeOwnsMeetings Code = "owns_meetings"
	// CodeHeirInvalid means that the account that shall get the meetings does not exist or may not host.
	CodeHeirInvalid Code = "heir_invalid"
	// CodeFactorSet means that there is a second factor already: it is replaced by removing it first.
	CodeFactorSet Code = "factor_set"
	// CodeFactorUnset means that no second factor is set up, or none is being set up.
	CodeFactorUnset Code = "factor_unset"
	// CodeListInvalid means that a list of accounts has faults, which are named. Nothing of it was taken.
	CodeListInvalid Code = "list_invalid"
	// CodeSetUp means that the installation has an administrator already.
	CodeSetUp Code = "set_up"
	// CodeDetailsInvalid means that a detail of the operator is too long or holds control characters.
	CodeDetailsInvalid Code = "details_invalid"
	// CodeDetailsMissing means that a detail of the operator is empty which everybody has to give.
	CodeDetailsMissing Code = "details_missing"
)

// messages say in a few English words what a code means. They are for developers and the command line: a page shows its
// own text.
var messages = map[Code]string{
	CodeSignedOut:         "sign in first",
	CodeFactorNeeded:      "the second factor is missing",
	CodeEnrolNeeded:       "this role demands a second factor: set it up first",
	CodeForbidden:         "your role does not allow this",
	CodeCredentialsWrong:  "no such account with such a password",
	CodePasswordWrong:     "the password is wrong",
	CodeCodeWrong:         "the code is wrong, or was used before",
	CodeSlowDown:          "too many attempts: try again later",
	CodeBusy:              "too many people sign in at this moment: try again in some seconds",
	CodeLinkUnknown:       "this link was used, has expired, or was replaced by another",
	CodeAccountUnknown:    "no such account",
	CodeLoginUnknown:      "no such login",
	CodeEmailTaken:        "another account has this email address",
	CodeEmailInvalid:      "an email address looks like ada@example.org and has at most 200 characters",
	CodeNameInvalid:       "a name has 1 to 80 characters, none of them control characters",
	CodeRoleInvalid:       "a role is one of admin, host, reception, auditor",
	CodePasswordWeak:      "a password has at least 12 characters, at most 256 bytes, is neither name nor address, and is none that everybody tries first",
	CodeLastAdministrator: "nobody who can sign in would be left to administer: make another administrator first",
	CodeOwnsMeetings:      "the account has meetings: say who gets them, or that they go too",
	CodeHeirInvalid:       "the account that shall get the meetings does not exist or may not host",
	CodeFactorSet:         "there is a second factor already",
	CodeFactorUnset:       "there is no second factor",
	CodeListInvalid:       "the list has faults; nothing of it was taken",
	CodeSetUp:             "there is an administrator already",
	CodeDetailsInvalid:    "a detail has at most 500 characters, none of them control characters",
	CodeDetailsMissing:    "organisation, address, email address and data protection contact are needed",
}

// Codes lists every code, in no order.
func Codes() []Code {
	var all []Code
	for code := range messages {
		all = append(all, code)
	}
	return all
}

// Message says in a few English words what the code means.
func (c Code) Message() string { return messages[c] }

// Failure is a refusal with its code.
type Failure struct {
	Code   Code
	Wait   time.Duration // until another attempt is taken; with CodeSlowDown and CodeBusy
	Faults []Fault       // with CodeListInvalid
}

// Error says in a few words what was refused. It names nobody.
func (f Failure) Error() string { return f.Code.Message() }

func refuse(code Code) error { return Failure{Code: code} }
