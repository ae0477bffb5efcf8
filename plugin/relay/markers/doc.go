// Package markers fills the content that a decision chose into a mail that is
// already rendered. It exists because platforms such as listmonk hand over a
// finished message: the only way to give each contact their own content is to
// leave marks in the template and to put something in their place.
//
// There are two kinds of marks, and both may be written in brackets, which
// survive every editor, or as HTML comments, which nobody sees:
//
//	[[winnow:hero.headline|Welcome back]]      a value of the chosen content, or else the text behind the bar
//	<!--winnow:hero-->…<!--/winnow:hero-->     the same around a larger piece: what stands between is the "or else"
//
//	[[winnow:hero=vip]]…[[/winnow:hero]]       a block that stays for the variant vip and goes for all others
//	<!--winnow:hero=vip-->…<!--/winnow:hero-->
//
// What becomes of them is decided by these rules, which hold for every input:
//
//   - Of the blocks of a slot those of the chosen variant stay. If the mail has
//     none for it, those named else or default stay. Otherwise none does.
//   - A block ends at its closing mark or where the next block of its slot
//     begins. One that does neither is no block: its mark goes, its text stays.
//   - A value that the content does not have, or that is a list or an object,
//     gives way to the text behind the bar, or to nothing. So does every mark of
//     a slot that the bundle does not have.
//   - In HTML, values are escaped. Those whose name is html or ends in _html are
//     not: the bundle's author has written them as HTML. In plain text and
//     subjects they are not used.
//   - In a subject, line breaks become spaces.
//   - What was put in is not looked at again, and everything that is no mark
//     stays as it is, to the byte. What is begun like a mark and never finished is
//     no mark.
package markers
