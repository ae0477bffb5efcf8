package diag

// structureEntries explains mistakes of structure and names.
func structureEntries() []Entry {
	return []Entry{
		{DuplicateID, "doubled id", `Two things of one kind have the same id or name, perhaps in two files. Ids stand in records and reports, so each means one thing.`},
		{UnknownSlot, "unknown slot", `The slot is not declared under slots. Declare it there with its variants, or mend the spelling.`},
		{UnknownVariant, "unknown variant", `The slot has no variant of that name. Declare it under the slot's variants; {} will do.`},
		{Cycle, "signals or personas in a circle", `A signal or persona asks, in the end, about itself. The message shows the way round; break it at one place.`},
		{WeightsSum, "weights do not add up to 100", `The shares of a split must add up to 100%, so that everyone gets a variant.

  wrong: weights: {a: 50, b: 40}
  right: weights: {a: 50, b: 50}`},
		{ListFileMissing, "list file missing", `The CSV file is not in the bundle. The path is relative to the rule file.`},
		{ListColumnMissing, "list column missing", `The header of the CSV file has no column of that name. Without the key column, the file has no header and the first column counts.`},
		{GateNeedsOne, "a gate asks exactly one thing", `A gate has exactly one of require, fields and min_age. Write several gates: then the answer can say which one was closed.`},
		{SlotRuleNeedsOne, "use or split", `A slot rule picks one variant with use, or several by share with split: exactly one of the two.

  right: - {when: persona("champion"), use: vip}`},
		{ActionMissing, "negative persona without an action", `A negative persona must say what it does.

  right: action: suppress
  right: action: {cap: 1 per 30d}`},
		{ActionOnPositive, "action on a positive persona", `A positive persona picks content and protects; it holds nobody back, so it has no such action. It may pin variants.`},
		{ProtectedTrait, "protected trait holds people back", `Sex, age, origin, religion, health, orientation and family never suppress, cap or price, not even by way of a signal, a module or a gate. Age may be a legal gate: use min_age. Where the law allows an exception, the policy says so, for one persona, gate or slot, and who answers for it:

  policy:
    allow:
      - {trait: contact.birth_year, for: retirement-offer, reason: "Pension law §5; checked by J. Kos on 2026-10-02"}`},
		{ReleaseWithoutHold, "release_when without effect", `release_when says when a negative persona lets go again. It needs a when, and it must be able to differ from it.

  right: when: orders.return_rate >= 0.6
         release_when: orders.return_rate < 0.4`},
		{BadFieldPath, "bad field path", `A path is lower-case letters, digits and underscores, in two to four parts with dots between.

  wrong: CRM-Stage
  right: crm.stage`},
		{BadFieldOption, "option does not fit the type", `min and max are for numbers, enum for texts, of for lists; min must not be above max.`},
		{ActiveWindow, "window ends before it starts", `The rule could never be active: to is before from. A date as to includes that whole day.`},
		{BadName, "bad name", `A name is lower-case letters, digits, - and _, starting with a letter. A name that conditions read after a dot has no -.

  wrong: id: Serial Returner!
  right: id: serial-returner`},
		{NegativeKeyOnPositive, "key is for negative personas", `Holdout, release_when, why and their like say how a person is held back; a positive persona holds nobody back.`},
		{BadList, "list cannot be read", `The CSV file is broken: a quote is not closed, a line has another number of columns, or semicolons part them. The message names the line.`},
		{BadTable, "table cannot be used", `A table is CSV. Its header names fields: first the one that contacts are found by, such as contact.id, then those that it fills in. Each contact has one row; an empty cell is unknown. A max_age needs a date to count from: as_of here, or a line # as_of: 2026-11-22 at the top of the file.

  contact.id,rfm.segment,abcxyz.abc
  c-1001,Champions,A`},
		{SecretMissing, "no secret for hashed keys", `The list or table holds keyed hashes, and winnow was not given the secret that they were made with. It never stands in a bundle. Give it as an environment variable: for hashed: shop, WINNOW_SECRET_SHOP holds it in hexadecimal, at least 16 bytes.`},
	}
}
