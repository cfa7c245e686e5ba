package consent

// Standing is what the authority knows of a platform (プラットフォーム事業者) or a service
// provider.
type Standing uint8

// The standings.
const (
	Unknown Standing = iota
	Good
	Suspended
	Standings int = iota
)

// Request is what is known of an inquiry's request id.
type Request uint8

// The requests.
const (
	New      Request = iota
	Repeated         // the same bytes were answered before
	Reused           // other bytes were
	Requests int     = iota
)

// Newest is the newest signing certificate of the person, or that there is none to go
// by.
type Newest uint8

// What the newest certificate is. Held is not reissued: a bank learns nothing of a hold.
const (
	NoNewest Newest = iota // there is none: dead, out of the register, never issued again
	NotGood                // held, revoked, expired
	NewestIs               // good
	Newests  int    = iota
)

// Inquiry is a bank's question about one person, as the authority finds it. It is a
// comparable value without any item.
type Inquiry struct {
	Platform   Standing // who asks
	Provider   Standing // for whom
	Related    bool     // the provider is that platform's, and the service that provider's
	Request    Request
	OverQuota  bool
	Found      bool  // the handle is of a consent that was given to this service
	State      State // of that consent
	Agreed     Items // by that consent
	Registered bool  // the person lives and is in the register
	Newest     Newest
	Changed    Items // how the newest certificate's items differ from what the handle stands for
}

// Decision is what a bank is answered.
type Decision uint8

// The decisions, in their order: the first that applies is the answer.
const (
	Forbidden   Decision = iota // platform, provider and service do not belong together
	IsSuspended                 // the platform or the provider is
	OtherBytes                  // the request id was used with other bytes
	Busy                        // over the quota
	NoConsent                   // none was given to this service: told alike of a stranger
	NotBegun
	WasCancelled
	HasExpired
	HasEnded
	NothingYet // dead, departed, held, revoked and not issued again: one word for all
	NoChange
	Given         // the items agreed to, as they are now
	Decisions int = iota
)

// String is the decision's word on the wire.
func (d Decision) String() string {
	return [...]string{"forbidden", "suspended", "other-bytes", "busy", "no-consent", "not-begun", "cancelled", "expired", "ended",
		"nothing-yet", "no-change", "given"}[d]
}

// Answer is what becomes of an inquiry.
type Answer struct {
	Decision Decision
	Items    Items // to be given; 0 unless Given
	Fee      bool  // 20 yen, once a request
}

// of is the answer about a consent that does not stand, by its state.
var of = [States]Decision{Pending: NotBegun, Expired: HasExpired, Cancelled: WasCancelled, Ended: HasEnded}

// Decide answers. It is total, and looks at the person behind the consent alone.
func (q Inquiry) Decide() Answer {
	switch {
	case q.Platform == Unknown || q.Provider == Unknown || !q.Related:
		return Answer{Decision: Forbidden}
	case q.Platform == Suspended || q.Provider == Suspended:
		return Answer{Decision: IsSuspended}
	case q.Request == Reused:
		return Answer{Decision: OtherBytes}
	case q.OverQuota && q.Request == New:
		return Answer{Decision: Busy}
	case !q.Found:
		return Answer{Decision: NoConsent}
	case q.State != Active:
		return Answer{Decision: of[q.State]}
	case !q.Registered || q.Newest != NewestIs:
		return Answer{Decision: NothingYet}
	case q.Changed&q.Agreed == 0:
		return Answer{Decision: NoChange} // a change of what was not agreed to is information too
	}
	return Answer{Decision: Given, Items: q.Agreed, Fee: q.Request == New}
}

// MissesAnHour is how many inquiries about no consent a provider may make in an hour
// before staff is called.
const MissesAnHour = 20

// Quota is how many new inquiries a provider may make on one day: three for each
// certificate of its people whose revocation it can have seen, and one in a hundred of its
// consents, at least one.
func Quota(revocations, consents int) int { return max(1, 3*revocations+consents/100) }
