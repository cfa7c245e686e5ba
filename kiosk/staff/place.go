package staff

// A Place is one screen of maintenance and one thing waited for.
type Place uint8

const (
	Closed            Place = iota // residents have the machine
	Look                           // the state of the machine; no login
	Forgotten                      // what to do with a card that was left
	ChooseRole                     // clerk or technician
	OwnCode                        // the own code is typed
	Code                           // the one-time password is typed
	Comparing                      // both are counted and compared
	Refused                        // what came of it, where no login did
	ClockWrong                     // the clock is wrong, and the ways in
	AskingTime                     // the authority is asked for the time
	ClerkHome                      // what a clerk may do
	TechnicianHome                 // what a technician may do
	SignReasons                    // the out-of-service sign, with its reasons
	TestPage                       // test slip and test tone
	RestartPage                    // start the firmware anew
	SelfTests                      // self tests and their results
	Queue                          // the queue of records
	Events                         // the last events
	Config                         // the configuration
	Report                         // the readiness report
	Danger                         // what cannot be taken back
	FreshCode                      // a fresh one-time password is typed
	FreshComparing                 // and counted and compared
	Working                        // an act is under way
	Result                         // what came of it
	EnrolWho                       // whose codes are made anew
	OperatorCode                   // the operator's code is typed
	OperatorComparing              // and counted and compared
	NewOwn                         // the new own code is typed
	NewAgain                       // and again
	Enrolling                      // the new codes are made
	ShowQR                         // the QR code, once
	ConfirmCode                    // the new authenticator's first code is typed
	Confirming                     // and compared

	Places // how many there are
)

