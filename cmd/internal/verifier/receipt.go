package verifier

// Receipt of a consent or its withdrawal, for the person to keep. Its names are those of
// ISO/IEC TS 27560:2023. The person is a pseudonym of this consent alone.
type Receipt struct {
	SchemaVersion  string    `json:"schema_version"`
	RecordID       ID        `json:"record_id"`        // the consent
	PIIPrincipalID ID        `json:"pii_principal_id"` // the handle
	PrivacyNotice  string    `json:"privacy_notice"`   // "sha256:" and the hash of what was read
	Language       string    `json:"language"`
	Purposes       []Purpose `json:"purposes"`
	Parties        []Party   `json:"parties"`
	Events         []Event   `json:"events"`
}

// ReceiptSchema is the version of the form.
const ReceiptSchema = "27560:2023 latest-items/1"

// Purpose for which items are given.
type Purpose struct {
	Service          string    `json:"service"`
	ServiceID        ID        `json:"service_id"`
	Purpose          string    `json:"purpose"`
	LawfulBasis      string    `json:"lawful_basis"`
	PIIInformation   []PIIType `json:"pii_information"`
	PIIControllers   []string  `json:"pii_controllers"`
	WithdrawalMethod string    `json:"withdrawal_method"`
}

// PIIType is one of the four items.
type PIIType struct {
	PIIType string `json:"pii_type"`
}

// Party to a consent.
type Party struct {
	PartyID   string `json:"party_id"`
	PartyName string `json:"party_name"`
	PartyRole string `json:"party_role"`
}

// Event of a consent.
type Event struct {
	EventTime   int64  `json:"event_time"` // Unix seconds
	EventType   string `json:"event_type"`
	EventState  string `json:"event_state"`
	EntityID    string `json:"entity_id"`
	ValidFrom   int64  `json:"valid_from,omitempty"`
	ValidUntil  int64  `json:"valid_until,omitempty"`
	Disclosures int64  `json:"disclosures,omitempty"` // before a withdrawal; none is after it
}
