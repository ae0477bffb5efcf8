package diag

// logicEntries explains findings that follow from conditions alone.
func logicEntries() []Entry {
	return []Entry{
		{Contradiction, "personas contradict each other", `Everybody who is the positive persona is held back by the negative one, so nobody sees what is written for them; or a card says that it is not another (contrasts_with), and its condition says that it is. Only what follows from the conditions is reported.

  right: unless: persona("champion")`},
		{StaleSource, "value of any age counts", `The persona goes by a field that has no max_age, so a value of last year counts like one of today. This rule is off unless the bundle switches it on.

  right: orders.returns_count: {type: int, max_age: 30d}`},
		{PromotionInService, "promotion in a service message", `The rule is for transactional, service or legal messages, and its variant promotes. That makes the message marketing, which needs consent.`},
		{MissingOnUnknown, "what missing data does is not written", `A persona without on_unknown passes: nobody is left out by missing data. This rule is off unless the bundle switches it on, for houses that want it written on every card.`},
		{NeverTrue, "can't be true for anybody", `Two parts exclude each other, or a value is never like that, so the rule does nothing.

  wrong: orders.count > 5 and orders.count < 3
  wrong: support.nps > 10`},
		{OnlyUnknown, "can only be unknown", `No contact makes the condition true or false: it asks for a value that its field can never have, so the rule only ever does what on_unknown says.

  wrong: club.share: {type: int, min: 0.1, max: 0.9}
  right: club.share: {type: float, min: 0.1, max: 0.9}`},
		{ConstantPart, "part is always the same", `This part of the condition is true, or false, for everybody whose data is known: a count is never below 0. Take it out, or mend the number. To ask whether the value is there, write known(field).`},
		{UnshieldedException, "exception protects nobody without data", `Without a field that only unless reads, the exception is unknown; and on_unknown: match takes an unknown persona for a match. So those about whom least is known are not protected. Give the field a default in the exception, or let missing data pass.

  right: unless: (rfm.f ?? 0) >= 4`},
		{BeyondRetention, "looks back further than decisions are kept", `sent() and caps count decisions of the log, and the log keeps them for as long as winnow serve --retention says: 90 days unless it is set. What went out before is not counted, so a cap of one a year lets one through every 90 days. Look back less far, or keep decisions longer. winnow serve says this of the retention that it has, and winnow check of the one that --retention names. A hold by release_when has no span, and ends with the last decision about the contact that is kept.

  wrong: action: {cap: 1 per 365d}
  right: action: {cap: 1 per 365d}, served with --retention 365d`},
		{SamePeople, "two personas match the same people", `Each one's condition is true whenever the other's is. Join them, or find what tells them apart.`},
	}
}

// lintFileEntries explains what is wrong with lint: and waive: themselves.
func lintFileEntries() []Entry {
	return []Entry{
		{UnusedWaiver, "waiver for nothing", `What is excused here would not be found. Remove the waiver: it would hide what comes later.`},
		{UnknownRule, "unknown lint rule", `There is no lint rule of that name. winnow check --rules lists them all.`},
		{RuleFixed, "rule can't be switched", `This rule is no matter of taste. A protected trait needs an allowance under policy, for one persona or slot, with the reason.`},
	}
}
