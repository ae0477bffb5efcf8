package diag

import (
	"slices"
	"strings"
)

// Mistakes in a file and its YAML.
const (
	UnknownKey       = "WN001"
	DuplicateKey     = "WN002"
	WrongType        = "WN003"
	MissingKey       = "WN004"
	NotAllowed       = "WN005"
	YAMLSyntax       = "WN006"
	ConditionTag     = "WN007"
	ConditionCut     = "WN008"
	FoldedComment    = "WN009"
	Anchor           = "WN010"
	ConditionNotText = "WN011"
	EmptyCondition   = "WN012"
	BadDuration      = "WN013"
	BadPercent       = "WN014"
	BadMoment        = "WN015"
	BadTimeZone      = "WN016"
	FileTooLarge     = "WN017"
	TooManyFiles     = "WN018"
	BadEncoding      = "WN019"
	EmptyBundle      = "WN020"
	FormatVersion    = "WN021"
	SeveralDocuments = "WN022"
	TooDeep          = "WN023"
	NumberNotPlain   = "WN024"
	EmptyText        = "WN025"
	BadContent       = "WN026"
	ExplicitTag      = "WN027"
	BadCap           = "WN028"
	BadParam         = "WN029"
	BadAction        = "WN030"
	BadNumber        = "WN031"
	EmptyFile        = "WN032"
	EmptyList        = "WN033"
)

// Mistakes in a condition.
const (
	ConditionSyntax      = "WN101"
	UnknownField         = "WN102"
	UnknownFunction      = "WN103"
	UnknownPersona       = "WN104"
	UnknownSignal        = "WN105"
	UnknownParam         = "WN106"
	UnknownList          = "WN107"
	TypeMismatch         = "WN108"
	UpperCaseWord        = "WN109"
	SingleEquals         = "WN110"
	NotEqualSign         = "WN111"
	CurlyQuotes          = "WN112"
	SingleAmpersand      = "WN113"
	DaysInDuration       = "WN114"
	NotBoolean           = "WN115"
	ConditionTooLong     = "WN116"
	ConditionTooDeep     = "WN117"
	ConditionTooComplex  = "WN118"
	FunctionNotAvailable = "WN119"
	RegexNotLiteral      = "WN120"
	BadRegex             = "WN121"
	RegexTooBig          = "WN122"
	BadDateLiteral       = "WN123"
	PredicatesTooDeep    = "WN124"
	NotInEnum            = "WN125"
	WrongArguments       = "WN126"
	Sequence             = "WN127"
	UnknownName          = "WN128"
)

// Mistakes around modules.
const (
	ModuleMissing = "WN201"
	ModuleInvalid = "WN203"
	ModuleOutput  = "WN206"
	ModuleName    = "WN207"
	ModuleCycle   = "WN208"
)

// Mistakes of structure and names.
const (
	DuplicateID           = "WN301"
	UnknownSlot           = "WN302"
	UnknownVariant        = "WN303"
	Cycle                 = "WN304"
	WeightsSum            = "WN305"
	ListFileMissing       = "WN307"
	ListColumnMissing     = "WN308"
	GateNeedsOne          = "WN310"
	SlotRuleNeedsOne      = "WN311"
	ActionMissing         = "WN312"
	ActionOnPositive      = "WN313"
	ProtectedTrait        = "WN314"
	ReleaseWithoutHold    = "WN315"
	BadFieldPath          = "WN316"
	BadFieldOption        = "WN318"
	ActiveWindow          = "WN320"
	BadName               = "WN321"
	NegativeKeyOnPositive = "WN322"
	BadList               = "WN323"
	BadTable              = "WN324"
	SecretMissing         = "WN325"
)

// What the linter finds.
const (
	ConstantCondition   = "WN401"
	NoReviewDate        = "WN402"
	NoHoldout           = "WN403"
	UnreachableRule     = "WN404"
	UnusedVariant       = "WN405"
	UnusedSignal        = "WN406"
	UnusedParam         = "WN407"
	UnusedList          = "WN408"
	ReviewPast          = "WN409"
	NoOwner             = "WN410"
	NoEvidence          = "WN411"
	NoReason            = "WN412"
	SelfComparison      = "WN413"
	TooBroad            = "WN414"
	DemographicsOnly    = "WN415"
	SingleSource        = "WN416"
	NoInterview         = "WN417"
	FewTeams            = "WN418"
	InsultingLabel      = "WN419"
	PersonalityWord     = "WN420"
	VanityAttribute     = "WN421"
	AgeRange            = "WN422"
	OutOfScope          = "WN423"
	NoExit              = "WN424"
	Contradiction       = "WN425"
	ProxyTrait          = "WN426"
	PredictionOnly      = "WN427"
	StaleSource         = "WN428"
	ShortHistory        = "WN429"
	SmallSample         = "WN430"
	PromotionInService  = "WN431"
	HoldsServiceMail    = "WN432"
	MissingOnUnknown    = "WN433"
	NeverTrue           = "WN434"
	OnlyUnknown         = "WN435"
	ConstantPart        = "WN436"
	UnshieldedException = "WN437"
	OpensOnly           = "WN438"
	SamePeople          = "WN439"
	ProtectedContent    = "WN440"
	UnusedWaiver        = "WN441"
	TooManyPersonas     = "WN442"
	SignificantEffect   = "WN443"
	NoBasis             = "WN444"
	UnknownRule         = "WN445"
	RuleFixed           = "WN446"
	StaleTable          = "WN447"
	FutureTable         = "WN448"
	WindowOver          = "WN449"
	BeyondRetention     = "WN450"
)

// Mistakes in a file of sources.
const (
	UnknownPlatform = "WN501"
	UnknownScheme   = "WN502"
	SecretLiteral   = "WN503"
	SecretNotFound  = "WN504"
	BadSecret       = "WN505"
	OpenSource      = "WN506"
	BadURL          = "WN507"
	BadPath         = "WN508"
	UnknownSetting  = "WN509"
	BadSetting      = "WN510"
	DeadlineTooLong = "WN511"
	NoRetry         = "WN512"
	PlainAddress    = "WN513"
	ShortSecret     = "WN514"
)

// Entry explains one code.
type Entry struct {
	Code string
	// Title is what the code is about, in a few words.
	Title string
	// Text says what the code means, why it matters and how to mend it.
	Text string
}

// catalogue is a function and not a variable so that nobody can change it.
func catalogue() []Entry {
	var all []Entry
	for _, group := range [][]Entry{
		keyEntries(), valueEntries(), nameEntries(), limitEntries(), moduleEntries(), structureEntries(), lintEntries(), cardEntries(), logicEntries(), lintFileEntries(), sourceEntries(),
	} {
		all = append(all, group...)
	}
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Help explains a code, upper or lower case.
func Help(code string) (Entry, bool) {
	for _, e := range catalogue() {
		if strings.EqualFold(e.Code, code) {
			return e, true
		}
	}
	return Entry{}, false
}

// Codes lists every code there is, in order.
func Codes() []string {
	entries := catalogue()
	codes := make([]string, len(entries))
	for i, e := range entries {
		codes[i] = e.Code
	}
	return codes
}
