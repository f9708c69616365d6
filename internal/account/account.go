// Package account owns those who may sign in: accounts and their roles, passwords, second factors, one-time links,
// logins, how often somebody may guess, and the trail of what administrators did.
//
// It must not know HTTP, nor what a meeting is: what an account owns elsewhere it reaches through the interface Estate.
// No password, token, code, address or name goes to a log; of tokens and codes only hashes are kept.
package account

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Account is somebody who may sign in.
type Account struct {
	ID          id.AccountID
	Email       pii.Text // as it was entered; compared without regard to case
	Name        pii.Name // as others see it
	Role        Role
	Disabled    bool
	HasPassword bool // false until the first-login link was used
	HasFactor   bool // a second factor
	Created     time.Time
}

// Stage is how far a login has come.
type Stage string

// The stages of a login. Only StageFull may do what the role allows.
const (
	StageFactor Stage = "factor" // the password was right, the second factor is missing
	StageEnrol  Stage = "enrol"  // signed in, but the role demands a second factor that is not set up yet
	StageFull   Stage = "full"
)

// Login is one signed-in browser or program.
type Login struct {
	ID      id.LoginID
	Account Account
	Stage   Stage
	Device  string    // kind of browser and system, such as "Firefox, Linux"
	Began   time.Time // whole hours, as the next two: when exactly somebody came is not kept
	Used    time.Time
	Ends    time.Time // at the latest; sooner when it is not used
}

// May tells whether the login may do something.
func (l Login) May(op Operation) bool { return l.Stage == StageFull && l.Account.May(op) }
