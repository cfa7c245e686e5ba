package town

// Files of a sandbox's folder. The first group is what a kiosk is configured
// with, the second the authority's own.
const (
	TransportCA = "ca.crt.pem"      // of kiosks and authority: the kiosk's trust in the authority
	KioskCert   = "kiosk.crt.pem"   // the kiosk's client certificate
	KioskKey    = "kiosk.key.pem"   // and key, PKCS#8, ECDSA P-256
	CodePub     = "code.pub.pem"    // X25519: one-time passwords are sealed to it (authority.ParseSealingKey)
	RecordsPub  = "records.pub.pem" // X25519: the ledger's records are sealed to it
	RecordsKey  = "records.key.pem" // and its other half, which only the authority and its auditors have
	CardCAs     = "card-ca.crt.pem" // both card CAs, the authentication one first
	GrantPub    = "grant.pub.pem"   // ECDSA P-256: what cards check openings with
	Cards       = "residents"       // one folder a resident

	transportCAKey = "ca.key.pem"
	serverCert     = "server.crt.pem"
	serverKey      = "server.key.pem"
	codeKey        = "code.key.pem"
	grantKey       = "grant.key.pem"
	storeKey       = "store.key.pem" // AES-256: secrets in the store are wrapped by it
	userCACert     = "card-ca.auth.crt.pem"
	signCACert     = "card-ca.sign.crt.pem"
	database       = "authority.db" // the store, unless storeFile names another
	storeFile      = "store"        // a connection string
)
