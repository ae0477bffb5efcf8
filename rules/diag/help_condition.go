package diag

// nameEntries explains wrong names and spellings in conditions.
func nameEntries() []Entry {
	return []Entry{
		{ConditionSyntax, "condition cannot be read", `The condition is not complete or has something at a place where it cannot stand. Look for an open bracket or quote, a missing operator, or two values side by side.

  wrong: orders.count > and consent.marketing
  right: orders.count > 3 and consent.marketing`},
		{UnknownField, "unknown field", `No field of that name is built in or declared. A field that nobody sends would be unknown for every contact, and the rule would never do anything. Mend the spelling, or declare the field under fields.

  right: fields:
           crm.stage: {type: string}

A word without quotes is the name of a field, too; a text needs them.

  wrong: contact.country == PL
  right: contact.country == "PL"`},
		{UnknownFunction, "unknown function", `There is no function of that name. Those there are:

  missing data: known(field), field ?? 0 in brackets
  time: days_since, ago, days, now, month, date("2026-01-31"), duration("12h")
  the contact: age, domain, is_academic, is_disposable, is_free, is_role
  other rules and sends: persona("id"), signal("id"), sent(7), bucket("name", 10)
  lists: has(list, "a"), in_list("name", value), len, any, all, none, one, count, sum, filter, map, mean, median, first, last, min, max
  texts: contains, startsWith, endsWith and matches stand between two texts; lower, upper, trim, trimPrefix, trimSuffix, hasPrefix, hasSuffix, indexOf, lastIndexOf, split
  numbers: int, float, abs, ceil, floor, round

"winnow fields" lists the fields.`},
		{UnknownPersona, "unknown persona", `persona("…") and contrasts_with name a persona by its id, and no file declares that id; contrasts_with names others than the persona itself.

  right: contrasts_with: [champion]`},
		{UnknownSignal, "unknown signal", `signal.name reads a named expression, and none of that name stands under signals.`},
		{UnknownParam, "unknown param", `params.name reads a constant, and none of that name stands under params.`},
		{UnknownList, "unknown list", `in_list asks a list by its name, and none of that name stands under lists.`},
		{TypeMismatch, "values of different kinds", `Two values cannot be compared or combined because they are of different kinds: the answer would always be false.

  wrong: orders.count == "5"
  right: orders.count == 5`},
		{UpperCaseWord, "AND, OR, NOT in capitals", `The words are small in conditions.

  wrong: a AND NOT b
  right: a and not b`},
		{SingleEquals, "= instead of ==", `One equals sign gives a name to a value; two compare.

  wrong: contact.country = "PL"
  right: contact.country == "PL"`},
		{NotEqualSign, "<> instead of !=", `"Not equal" is written !=.

  wrong: crm.stage <> "lead"
  right: crm.stage != "lead"`},
		{CurlyQuotes, "curly quotes", `Word processors turn straight quotes into curly ones, which are no quotes to a condition. Type them again in a plain editor.

  right: contact.country == "PL"`},
		{SingleAmpersand, "& or | for and, or", `A single & or | does not join conditions. Write "and" and "or".

  wrong: a & b
  right: a and b`},
		{DaysInDuration, "a span of time that cannot be read", `A condition has no units of time. days_since(…) is a number of days; ago(…) is a span of time, which is compared with days(30), or with duration("12h") for hours, minutes and seconds. duration knows no days.

  wrong: days_since(orders.last_at) > 30 days
  right: days_since(orders.last_at) > 30

  wrong: now() - contact.created_at > duration("30d")
  right: now() - contact.created_at > days(30)`},
	}
}

// limitEntries explains conditions that are sound but refused, and bad literals.
func limitEntries() []Entry {
	return []Entry{
		{NotBoolean, "condition does not answer yes or no", `A condition must come out true or false. A number or text is neither: compare it with something.

  wrong: when: orders.count
  right: when: orders.count > 0`},
		{ConditionTooLong, "condition too long", `A condition has at most 4 KiB. Name parts of it as signals; put long lists of values into a list.`},
		{ConditionTooDeep, "condition nested too deep", `Brackets stand in each other deeper than a reader or the compiler can follow. Name inner parts as signals.`},
		{ConditionTooComplex, "condition too complex", `The condition has more parts than a decision may take time for. Split it into signals or several personas.`},
		{FunctionNotAvailable, "function not available", `The language has this function, but it can take unbounded time, or answers differently from run to run, so conditions do not have it.`},
		{RegexNotLiteral, "pattern is not a fixed text", `The right side of "matches" must be a text in quotes: patterns are checked and prepared before the first contact comes.

  wrong: contact.email matches crm.pattern
  right: contact.email matches "@example[.]com$"`},
		{BadRegex, "bad pattern", `The text after "matches" is not a regular expression. Mind that a backslash is doubled in quotes, and that look-ahead and back references do not exist.`},
		{RegexTooBig, "pattern too big", `The regular expression repeats so much that it would take too much memory. Use a list or several shorter patterns.`},
		{BadDateLiteral, "bad date", `The text is not a date there is. Write year-month-day.

  wrong: contact.created_at > date("2026-02-30")
  right: contact.created_at > date("2026-02-28")`},
		{PredicatesTooDeep, "predicates in predicates", `any, all, count and their like walk a list; in each other they walk it again for each element. Two levels are enough.`},
		{NotInEnum, "value the field cannot have", `The field declares its only values, and this is not one of them: the comparison could never be true.

  fields: {crm.stage: {type: string, enum: [lead, customer]}}
  wrong: crm.stage == "custumer"
  right: crm.stage == "customer"`},
		{WrongArguments, "wrong arguments", `The function is given too few or too many values, or one of another kind. The hint shows how it is called.`},
		{Sequence, "; in a condition", `A semicolon throws away what stands before it. Join conditions with "and".

  wrong: a; b
  right: a and b`},
		{UnknownName, "unknown name in a test", `A case of a test file names a contact that is not under its contacts, or expects a reason of a rule or slot that the bundle does not have. Mend the spelling.`},
	}
}

// moduleEntries explains mistakes around modules.
func moduleEntries() []Entry {
	return []Entry{
		{ModuleMissing, "module file missing", `The file that the module names is not in the bundle. The path is relative to the rule file.`},
		{ModuleInvalid, "not a module", `The file is not a WASM program that can be loaded. Build it for the target named in the module guide.`},
		{ModuleOutput, "bad module output", `An output of a module has a plain name and a type of bool, int, float or string.`},
		{ModuleName, "module name taken", `The outputs of a module are read as id.output, so its id must not be the first word of a field.`},
		{ModuleCycle, "module reads an output of a module", `The inputs of a module are fields of the contact, never what a module answers, be it its own or another's: so no module waits for one. Give it the fields that the other reads, or combine the two answers in a condition.

  wrong: inputs: [propensity.score]
  right: inputs: [orders.count]`},
	}
}
