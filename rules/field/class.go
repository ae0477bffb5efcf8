package field

// AlwaysSent reports whether messages of a class are sent whatever trouble winnow
// is in, and can't wait until it is over: people expect them, or law demands
// them. Marketing, research and what no class is known of are their owner's
// choice.
func AlwaysSent(class string) bool {
	switch class {
	case "transactional", "service", "legal":
		return true
	}
	return false
}
