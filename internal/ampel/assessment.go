package ampel

// An Assessment is what somebody found out about a service.
type Assessment struct {
	Service   string
	Operator  string
	Profile   string // empty: NormalProfile
	Date      Date
	Assessor  string
	Catalogue string // version that it was made with
	Findings  map[string]Finding
}

// A Finding is what was found of one criterion.
type Finding struct {
	State    State // a state or the name of a defect of the criterion
	Evidence Evidence
	Note     string
	Source   string
	Date     Date // when it was found
	Expires  Date // the last day on which it holds
}

// Limits of a file.
const (
	MostBytes     = 512 << 10
	mostNote      = 4000 // characters of a note, which may have lines
	mostText      = 500  // characters of any other text
	formatVersion = "1"
)

// The keys of a file, in the order in which they are written.
const (
	keyFormat    = "ampel"
	keyService   = "service"
	keyOperator  = "operator"
	keyProfile   = "profile"
	keyDate      = "date"
	keyAssessor  = "assessor"
	keyCatalogue = "catalogue"
	keyFindings  = "findings"

	keyState    = "state"
	keyEvidence = "evidence"
	keyNote     = "note"
	keySource   = "source"
	keyExpires  = "expires"
)

func fileKeys() []string {
	return []string{keyFormat, keyService, keyOperator, keyProfile, keyDate, keyAssessor, keyCatalogue, keyFindings}
}

func findingKeys() []string {
	return []string{keyState, keyEvidence, keyNote, keySource, keyDate, keyExpires}
}
