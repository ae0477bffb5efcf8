package diag

// keyEntries explains mistakes in keys and in what YAML makes of conditions.
func keyEntries() []Entry {
	return []Entry{
		{UnknownKey, "unknown key", `The key is not one that belongs here. Keys are not skipped when unknown: a mistyped key would silently switch a rule off.

  wrong: onknown: pass
  right: on_unknown: pass`},
		{DuplicateKey, "doubled key", `The same key stands twice in one mapping. Only one of them could count, and nobody would see which. Keep one; join two conditions with "and" or "or".`},
		{WrongType, "wrong kind of value", `The value is text where a list or mapping belongs, or the other way round.

  wrong: fields: orders.count
  right: fields:
           orders.count: {type: int}`},
		{MissingKey, "missing key", `A key that is needed here is left out or has no value. The hint says what it is for.`},
		{NotAllowed, "not one of the allowed words", `The key takes one of a few words. Mind that YAML reads true, false and, in other tools, yes, no, on and off as yes or no values: put such a word in quotes where text is meant.

  wrong: kind: negativ
  right: kind: negative`},
		{YAMLSyntax, "not valid YAML", `The file cannot be read at all from this line on. The usual reasons: a tab in the indentation, a value that starts with a quote, bracket, * or &, a colon and a space inside a value, or two keys on one line.

  wrong: when: "vip" in contact.tags
  right: when: |
           "vip" in contact.tags

  wrong: action: hold: 7d
  right: action: {hold: 7d}`},
		{ConditionTag, "YAML swallowed the ! of a condition", `A value that starts with ! is a tag to YAML, so the condition loses its "not" or vanishes.

  wrong: when: !contact.vip
  right: when: not contact.vip`},
		{ConditionCut, "YAML cut a condition at #", `In a value without quotes, a # after a space starts a comment: the rest of the condition is lost, and what is left may still be a condition, another one.

  wrong: when: any(contact.tags, # == "vip")
  right: when: |
           any(contact.tags, # == "vip")

It is a warning when what is left is complete but the comment reads as if the condition went on.`},
		{FoldedComment, "// comment where lines are joined", `After > and in quotes, YAML joins the lines of a text. A // comment then swallows all the lines that follow, and the rest still compiles. Use | which keeps the lines.

  wrong: when: >
           orders.count > 3 // loyal
           and consent.marketing
  right: when: |
           orders.count > 3 // loyal
           and consent.marketing`},
		{Anchor, "YAML anchor, alias or merge key", `&name, *name and << say at one place of a file what happens at another, and no message could point at the right one. Share an expression as a signal and a number as a param. A text that starts with & or * needs quotes.`},
		{ConditionNotText, "a condition that is not text", `YAML reads this value as a yes or no value, a number, a date, a list or a mapping. What arrives is not what was written: 012 is 10, 1.10 is 1.1.

  wrong: when: true
  right: when: always

  wrong: when: [a, b]
  right: when: a or b`},
		{EmptyCondition, "empty condition", `There is no condition. Nothing could mean everyone or no one, so it must be said.

  wrong: when:
  right: when: always`},
	}
}

// valueEntries explains mistakes in values and in files as a whole.
func valueEntries() []Entry {
	return []Entry{
		{BadDuration, "not a span of time", `A span of time is a whole number and a unit: s, m, h, d or w. A day is 24 hours. Several may follow each other.

  wrong: hold: 7       wrong: hold: 1 week
  right: hold: 7d      right: hold: 1d12h`},
		{BadPercent, "not a share", `A share is a number from 0 to 100 with at most three decimals. The percent sign may be left out from 1 on; a smaller number needs it, for 0.05 may mean 0.05% or, as a part of one, 5%. Three decimals are what the 100,000 buckets can tell apart.

  wrong: holdout: 0,5%    wrong: holdout: 0.05
  right: holdout: 0.5%    right: holdout: 5%`},
		{BadMoment, "not a date or time", `A date is year-month-day; a time follows after T. Without Z or an offset it is read in the time zone that stands beside it, or in UTC.

  wrong: from: 1.11.2026
  right: from: 2026-11-01
  right: from: 2026-11-01T09:00`},
		{BadTimeZone, "unknown time zone", `A time zone is an IANA name. Short names such as CET do not follow summer time everywhere.

  wrong: tz: Warsaw
  right: tz: Europe/Warsaw`},
		{FileTooLarge, "file too large", `A rule file has at most 1 MiB. Split it: a bundle may have many files. Long lists of values belong in a CSV list.`},
		{TooManyFiles, "too many files", `The folder has more files than a bundle may have. Usually it is the wrong folder, or one with build output in it.`},
		{BadEncoding, "characters that do not belong", `The file is not UTF-8, or holds an invisible control character or line separator. Such characters come from copying out of documents; editors and YAML do not agree about them. Save as UTF-8 and type the place again.`},
		{EmptyBundle, "nothing in the bundle", `There is no rule in any file. Point winnow at the folder that holds the rule files; a gate that decides nothing is a mistake.`},
		{FormatVersion, "unknown format version", "The key winnow says which format the file is written in. This program reads format 1.\n\n  right: winnow: 1"},
		{SeveralDocuments, "more than one YAML document", `A line of three dashes starts another document, which would not be read. Remove the line or make two files.`},
		{TooDeep, "nested too deep", `Mappings and lists stand in each other more levels deep than any content needs. Usually the indentation is off.`},
		{NumberNotPlain, "a number that is read in two ways", `YAML has octal, hexadecimal and other spellings of numbers, and versions of YAML do not agree about them: 012 is ten to one reader and twelve to another. Write the number plainly, or put it in quotes if it is text, as a postal code is.

  wrong: zip: 01234
  right: zip: "01234"`},
		{EmptyText, "empty text", `A text is needed here and there is none. Write one, or remove the key if it may be left out.`},
		{BadContent, "content too large", `The content of a variant travels with every decision, so it has at most 64 KiB. Keep texts here, and images and pages elsewhere.`},
		{ExplicitTag, "YAML tag", `A value that starts with ! has a YAML tag. Rule files need none: put the text in quotes.`},
		{BadCap, "not a cap", `A cap says how many messages in how long.

  wrong: cap: 1/month
  right: cap: 1 per 30d`},
		{BadParam, "not a constant", `A param is true or false, a number, a text, or a list of texts or of numbers. It is not a condition: that is a signal.`},
		{BadAction, "an action or mode that is not complete", `An action is one word or one key with its value.

  wrong: action: hold
  right: action: {hold: 7d}

Others: suppress, {reroute: [social]}, {cap: 1 per 30d}, {ask: [contact.country]}, {pin: {hero: fit-guide}}. A mode is observe, enforce or {canary: 10%}.`},
		{EmptyFile, "nothing in the file", `The file has no keys, or only comments, so it says nothing. Usually it was not saved, or a rule was taken out by making it a comment. Remove the file, or keep notes in one that is not YAML.`},
		{BadNumber, "number out of range", `The number is too large to be held exactly, or has decimals where a whole number is needed.`},
		{EmptyList, "list without an item", `The key is there and names nothing. Left out it means all, or a default; an empty list could as well mean none. Name what is meant, or leave the key out.

  wrong: classes: []
  right: classes: [marketing, service]`},
	}
}
