package replay

// Why says why a record can't be decided again.
type Why string

// The reasons.
const (
	NoDecision Why = "it was the default answer, not a decision"
	NoBundle   Why = "the bundle that decided is not here"
	NotKept    Why = "the log keeps no value of a field that matters"
	NotRead    Why = "the bundle that decided did not read a field that matters"
	NotSeen    Why = "no record of the bundle that decided has a field that matters"
	Modules    Why = "a module answered otherwise, or was not free"
	Memory     Why = "what was known of the contact then is no longer in the log"
	Damaged    Why = "the record can't be read"
)

// Hint says what to do about it, "" where nothing helps.
func (w Why) Hint() string {
	const first = "serve the new rule with mode: observe first, and the log has from then on what it reads; of a file of contacts winnow diff tells at once"
	switch w {
	case NoBundle:
		return "name it with --was: a folder, or a revision as HEAD~1:shop"
	case NotKept:
		return "winnow diff tells of a file of contacts, which has the values"
	case NotRead:
		return first
	case NotSeen:
		return "name that bundle with --was if it reads the field, as from a table: what a table fills in is not in the log; else " + first
	}
	return ""
}
