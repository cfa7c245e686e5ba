package jpki

// For the tests of one function each.
var (
	TokenOf   = token
	CertSize  = certSize
	IsTrusted = trusted
)
