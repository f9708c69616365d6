package id

// AccountID names an account: 22 random base62 characters. It says nothing of its owner and is no secret.
type AccountID string

// LoginID names one signed-in browser or program of an account, for listing and ending it: 22 random base62
// characters. It is not the token that admits.
type LoginID string

// NewAccountID makes a fresh account id.
func NewAccountID() AccountID { return AccountID(random(22)) }

// NewLoginID makes a fresh login id.
func NewLoginID() LoginID { return LoginID(random(22)) }
