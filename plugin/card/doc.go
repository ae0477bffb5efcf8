// Package card puts a persona's card before people: as questions that fill it,
// as text for a terminal, and as a poster for the wall. It exists because a
// condition is only the machine's part of a persona; people agree on the rest,
// and they agree on what they can read.
//
// Everything here is a function of the card. A portrait is drawn from the
// persona's id alone, so that it shows nobody's sex, age or origin.
package card
