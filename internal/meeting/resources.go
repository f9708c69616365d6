package meeting

// Problem is the body of every refusal by HTTP.
type Problem struct {
	Code    Code   `json:"code"`
	Message string `json:"message"` // for developers
}
