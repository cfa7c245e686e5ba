package verifier

// Codes of refusals.
const (
	CodeContract    = "contract"    // not a message of the contract
	CodeForbidden   = "forbidden"   // platform, provider and service do not belong together
	CodePurpose     = "purpose"     // none, or not one that this may be asked for
	CodeSuspended   = "suspended"   // the platform or the provider is
	CodeStatement   = "statement"   // not one, not of now, or its nonce was used before
	CodeSignature   = "signature"   // not of the profile, or not of this statement
	CodeCertificate = "certificate" // not one that may sign this: another CA's, dead, held, expired
	CodeText        = "text"        // not a text of this service, or in another language
	CodeClosed      = "closed"      // the service is
	CodeDuplicate   = "duplicate"   // the person has agreed to this service already
	CodeNoConsent   = "no-consent"  // of this person, to this service
	CodeOver        = "over"        // it expired or ended
	CodeDay         = "day"         // a service cannot end then
	CodeUnavailable = "unavailable"
)
