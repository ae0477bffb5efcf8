// Package console renders the pages that people open in a browser: reports,
// posters and the screens of the service. It exists so that all of them look
// and read alike, and so that a page is a function of data: give it values, get
// bytes; it reads no file, asks no server and keeps nothing.
//
// A page is one file. It makes no outside request, runs no script, and says so
// to the browser in a content security policy. It follows the reader's light or
// dark setting, fits a phone (wide tables scroll inside themselves) and prints.
//
// A [Page] has sections, and a section has parts: [Text], [Bullets], [Tiles],
// [Facts], [Table], [Bars], [Heat], [Curve], [Flow], [Code], [Details]. What
// these can't say, a caller adds as a part of its own: anything that gives HTML.
// Callers bring numbers with their text, since they know units and language.
// No part tells anything by colour alone.
package console
