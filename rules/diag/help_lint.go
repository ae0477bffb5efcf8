package diag

// lintEntries explains findings about rules that are never used, and about what
// a card must have.
func lintEntries() []Entry {
	return []Entry{
		{ConstantCondition, "condition is always the same", `The condition asks nothing of the contact, so it is true for everyone or for no one. Write always where everyone is meant.`},
		{NoReviewDate, "no review date", `People change and so do shops. A persona without review_by is never looked at again.

  right: review_by: 2027-01-12`},
		{NoHoldout, "no holdout", `Without a share that is sent to anyway, nobody can ever show that holding these people back was right. A holdout of everybody, or of an action that keeps nobody back, does nothing.

  right: holdout: 5%`},
		{UnreachableRule, "rule is never reached", `Whoever could get this rule gets one above it: that one's condition is true whenever this one's is. Slot rules are asked from top to bottom, so put the narrower one first.

  wrong: - {when: orders.count >= 1, use: customer}
         - {when: orders.count >= 5, use: regular}
  right: the other way round`},
		{UnusedVariant, "variant is never used", `No rule picks the variant and it is not the default. A rule may be missing, or the name mistyped.`},
		{UnusedSignal, "signal is never read", `No condition reads the signal. Remove it, or mend the condition that should.`},
		{UnusedParam, "param is never read", `No condition reads the param. Remove it, or mend the condition that has the number written out.`},
		{UnusedList, "list is never asked", `No condition asks the list. It takes memory for nothing.`},
		{ReviewPast, "review is overdue", `The date in review_by has passed. The persona keeps working for 30 days and then only observes. Look at its figures, then set a new date. Only winnow check and winnow stale know what day it is; a server that loads the bundle does not say this.`},
		{StaleTable, "table is past its max_age", `All that the table fills in is unknown by now, so rules that go by it do what on_unknown says. Make it anew from later data, and say their day as as_of. As of reviews, only winnow check and winnow stale say this.`},
		{FutureTable, "table is dated in the future", `The age of a table counts from its as_of. With a day that is still to come, the table counts as fresh for longer than its max_age allows. A day has come when it has begun anywhere, 14 hours before it does in UTC.

  wrong: # as_of: 2062-11-22
  right: # as_of: 2026-11-22`},
		{WindowOver, "window of a slot rule has ended", `The rule is active: until a moment that has passed, so it never picks anything again. Remove it, with the variants that only it shows, or give it a later to:.

  wrong: active: {from: 2025-11-01, to: 2025-12-24}
  right: active: {from: 2026-11-01, to: 2026-12-24}`},
		{NoOwner, "no owner", `Somebody must answer for holding people back. Name them.

  right: owner: anna@shop.example`},
		{NoEvidence, "no evidence", `The persona acts, and rests on nothing that is written down. Add what was seen, by whom, how often. A card with status: draft, and one that only observes, may still be without.`},
		{NoReason, "no reason for people", `A contact may ask why. Write one neutral sentence as reason. Asked of cards that are approved or under review.`},
		{SelfComparison, "value compared with itself", `Both sides are the same, so the answer is always the same. One of them was meant to be something else.`},
	}
}

// cardEntries explains findings about whom a persona is, and what it rests on.
func cardEntries() []Entry {
	return []Entry{
		{TooBroad, "persona takes in nearly everybody", `A product for everybody is one for nobody, and so is its contrary. The condition asks nothing, only that a value is not some single one, or whether there is an id, an address or a message.class. Ask what these people do; or, if one kind of message is meant, say which: message.class == "research". A cap for everyone is fine and not reported.

  wrong: when: contact.country != "PL"
  right: when: contact.country != "PL" and orders.count == 0`},
		{DemographicsOnly, "persona of demographics only", `A city, an age and a language describe a gym-goer and a mother of two alike, and tell nobody what to write. Everything that the condition reads says who people are and nothing of what they do. Countries and distances do not count: they say where you can serve.`},
		{SingleSource, "all evidence from one team", `Marketing has numbers, sales and service have the stories. A persona that only one team has seen is that team's opinion. Asked of cards that are approved or under review.`},
		{NoInterview, "nobody has spoken with them", `Numbers show what people do and not why. A card that is more than a draft rests on at least one conversation: evidence with kind: interview, survey or focus_group.`},
		{FewTeams, "fewer than three teams agree", `Marketing, sales and service each see another side. A negative persona that is approved should have been seen from three.`},
		{InsultingLabel, "insulting label", `People may ask what they are called, and colleagues treat them by it. Say what was seen: “uses what is free”, not “freeloader”. The words are looked for in id, name, reason and alternative, in English, Polish, Danish, Vietnamese and Russian.`},
		{PersonalityWord, "word that judges people", `No field can tell who is lazy or arrogant. Say what they do: “asks twice before buying”.`},
		{VanityAttribute, "attribute without a why", `“Drives this car, reads that paper” describes a picture, not a reason to buy or not. Find the why behind it. Fine where that is what you sell for: waive it then.`},
		{AgeRange, "persona drawn by age", `“M/F 18–65” says little: people of one age have little in common. Legal ages belong in a gate, with min_age.`},
		{OutOfScope, "card used outside its scope", `A portrait of buyers of skis says nothing about buyers of tents. The condition takes in a market for which the card was not made.`},
		{NoExit, "persona without an exit", `Nothing ever ends this: no date by which people look again and no condition for letting go. Whoever is in stays in.

  right: review_by: 2027-01-12
  right: release_when: orders.returns_count / orders.count < 0.4`},
		{ProxyTrait, "stands for something protected", `Religion, health, origin, orientation and opinions are specially protected, also when they are only inferred: from a kosher category, a pharmacy order, a given name, a postal code, a language. Choose by something else, or waive this with the reason.`},
		{PredictionOnly, "rests on predictions alone", `A score is somebody's guess about a person. Nobody should be left out by guesses alone: add something that was seen, or waive this and say how the prediction was shown to be right.`},
		{ShortHistory, "history too short for the class", `ABC-XYZ classes measure how steadily people buy. With less than two years of orders they are noise.

  right: abcxyz.xyz == "Z" and days_since(orders.first_at) > 730`},
		{SmallSample, "rests on a handful of cases", `Everything counted under evidence adds up to less than ten. Collect more before the card is approved.`},
		{HoldsServiceMail, "holds back what people wait for", `Receipts, notices and answers are no marketing, and people wait for them. A persona is about marketing; a transactional message that must not go out is a matter for a gate.`},
		{OpensOnly, "goes by opens alone", `Privacy protection and security scanners open mail, and some people read with images off. Opens alone say little about anybody: add clicks, visits or orders.`},
		{ProtectedContent, "content by a protected trait", `Sex, age, origin and the like pick the content. That may be lawful and still wrong for the person. Choose by what people want, or say under policy: allow: why it is right. Where the content holds a price, this is an error (WN314).`},
		{TooManyPersonas, "more personas than anybody writes for", `Firms work with one to five positive personas; more weaken what is said to each. This rule is off unless the bundle switches it on.`},
		{SignificantEffect, "weighs on people and acts on its own", `effect: significant is for credit, insurance, work, housing, health and education. There a person decides: let the persona observe. If it only holds advertisements back, its effect is low.`},
		{NoBasis, "no lawful basis", `Profiling needs a lawful basis, usually a legitimate interest that was weighed against people's own. Say which, and where that is written down. Asked of cards that are approved, under review, or of significant effect.

  right: basis: legitimate interest, assessed in docs/returns.md`},
	}
}
