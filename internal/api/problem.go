package api

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"

	"konklave/internal/account"
	"konklave/internal/meeting"
	"konklave/internal/meeting/plan"
	"konklave/internal/store"
)

// The codes of refusals that are the frame's own.
const (
	codeBadRequest  = "bad_request"
	codeTooLarge    = "too_large"
	codeRateLimited = "rate_limited"
	codeCrossSite   = "cross_site"
	codeNothingHere = "nothing_here"
	codeMethod      = "method_unknown"
	codeInternal    = "internal"
	codeStoreFull   = "store_full"    // nothing can be stored: the disk is full
	codeStoreFails  = "store_failing" // nothing can be stored or read for another reason
)

// statuses is the one place where codes become HTTP statuses.
var statuses = map[string]int{
	codeBadRequest:  http.StatusBadRequest,
	codeTooLarge:    http.StatusRequestEntityTooLarge,
	codeRateLimited: http.StatusTooManyRequests,
	codeCrossSite:   http.StatusForbidden,
	codeNothingHere: http.StatusNotFound,
	codeMethod:      http.StatusMethodNotAllowed,
	codeInternal:    http.StatusInternalServerError,
	codeStoreFull:   http.StatusInsufficientStorage,
	codeStoreFails:  http.StatusServiceUnavailable,
	codeHelpUnknown: http.StatusNotFound,

	string(account.CodeSignedOut):         http.StatusUnauthorized,
	string(account.CodeFactorNeeded):      http.StatusForbidden,
	string(account.CodeEnrolNeeded):       http.StatusForbidden,
	string(account.CodeForbidden):         http.StatusForbidden,
	string(account.CodeCredentialsWrong):  http.StatusUnauthorized,
	string(account.CodePasswordWrong):     http.StatusForbidden,
	string(account.CodeCodeWrong):         http.StatusForbidden,
	string(account.CodeSlowDown):          http.StatusTooManyRequests,
	string(account.CodeBusy):              http.StatusServiceUnavailable,
	string(account.CodeLinkUnknown):       http.StatusNotFound,
	string(account.CodeAccountUnknown):    http.StatusNotFound,
	string(account.CodeLoginUnknown):      http.StatusNotFound,
	string(account.CodeEmailTaken):        http.StatusConflict,
	string(account.CodeEmailInvalid):      http.StatusBadRequest,
	string(account.CodeNameInvalid):       http.StatusBadRequest,
	string(account.CodeRoleInvalid):       http.StatusBadRequest,
	string(account.CodePasswordWeak):      http.StatusBadRequest,
	string(account.CodeLastAdministrator): http.StatusConflict,
	string(account.CodeOwnsMeetings):      http.StatusConflict,
	string(account.CodeHeirInvalid):       http.StatusBadRequest,
	string(account.CodeFactorSet):         http.StatusConflict,
	string(account.CodeFactorUnset):       http.StatusConflict,
	string(account.CodeListInvalid):       http.StatusBadRequest,
	string(account.CodeSetUp):             http.StatusConflict,
	string(account.CodeDetailsInvalid):    http.StatusBadRequest,
	string(account.CodeDetailsMissing):    http.StatusBadRequest,

	string(meeting.CodeMeetingUnknown): http.StatusNotFound,
	string(meeting.CodeTitleInvalid):   http.StatusBadRequest,
	string(meeting.CodeTooMany):        http.StatusServiceUnavailable,
	string(meeting.CodeShuttingDown):   http.StatusServiceUnavailable,
	string(meeting.CodeDraining):       http.StatusServiceUnavailable,

	string(meeting.CodeSettingsInvalid): http.StatusBadRequest,
	string(meeting.CodeScheduleInvalid): http.StatusBadRequest,
	string(meeting.CodeOwnerInvalid):    http.StatusBadRequest,
	string(meeting.CodeNotAllowed):      http.StatusForbidden,
	string(meeting.CodeDateUnknown):     http.StatusNotFound,
	string(meeting.CodePersonalUnknown): http.StatusNotFound,
	string(meeting.CodeLimitReached):    http.StatusConflict,
}

// Problem is the body of every refusal.
type Problem struct {
	Code    string          `json:"code" doc:"Why, from a closed list; pages show their own text for it."`
	Message string          `json:"message" doc:"The same in a few English words, for developers."`
	Wait    int             `json:"wait,omitempty" doc:"Seconds until another attempt is taken."`
	Faults  []account.Fault `json:"faults,omitempty" doc:"With list_invalid: every mistake in the list."`
	Details []Detail        `json:"details,omitempty" doc:"With settings_invalid and schedule_invalid: every setting that is refused, and why."`
}

// Detail is what is wrong with one setting of a meeting.
type Detail struct {
	Setting string `json:"setting" doc:"Its name; kind, level and schedule too."`
	Code    string `json:"code" doc:"Why, from a closed list."`
	Message string `json:"message" doc:"The same in a few English words, for developers."`
}

// problemOfPlan says what is wrong with a meeting.
func problemOfPlan(i plan.Invalid) Problem {
	p := Problem{Code: string(i.Code()), Message: i.Code().Message()}
	for _, f := range i.Settings {
		p.Details = append(p.Details, Detail{f.Setting, string(f.Code), f.Message})
	}
	if i.Schedule != "" {
		p.Details = append(p.Details, Detail{"schedule", string(i.Schedule), i.Schedule.Message()})
	}
	return p
}

// Refusal is a refusal of the frame's own.
type Refusal struct{ Code, Message string }

// Error says why in a few words.
func (r Refusal) Error() string { return r.Message }

// problemOf reads an error. An unknown one says nothing to the client.
func problemOf(err error) Problem {
	var own Refusal
	var ofAccount account.Failure
	var ofMeeting meeting.Failure
	var ofPlan plan.Invalid
	var ofStore store.Failure
	switch {
	case errors.As(err, &own):
		return Problem{Code: own.Code, Message: own.Message}
	case errors.As(err, &ofAccount):
		wait := int(math.Ceil(ofAccount.Wait.Seconds()))
		return Problem{Code: string(ofAccount.Code), Message: ofAccount.Code.Message(), Wait: wait, Faults: ofAccount.Faults}
	case errors.As(err, &ofPlan):
		return problemOfPlan(ofPlan)
	case errors.As(err, &ofMeeting):
		return Problem{Code: string(ofMeeting.Code), Message: ofMeeting.Code.Message()}
	case errors.As(err, &ofStore) && ofStore == store.Full:
		return Problem{Code: codeStoreFull, Message: ofStore.Error()}
	case errors.As(err, &ofStore):
		return Problem{Code: codeStoreFails, Message: ofStore.Error()}
	case errors.Is(err, meeting.ErrClosed):
		return Problem{Code: string(meeting.CodeShuttingDown), Message: meeting.CodeShuttingDown.Message()}
	}
	return Problem{Code: codeInternal, Message: "the server failed"}
}

// refuse answers with an error. What failed unexpectedly is told to the operator only.
func (a *API) refuse(w http.ResponseWriter, r Route, err error) {
	p := problemOf(err)
	if statusOf(p.Code) == http.StatusInternalServerError {
		a.config.Log.Error("a request to the API failed", "route", r.Name, "error", err)
	}
	answerProblem(w, p)
}

func statusOf(code string) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusInternalServerError
}

func answerProblem(w http.ResponseWriter, p Problem) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	status := statusOf(p.Code)
	if p.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.Wait))
	} else if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p)
}
