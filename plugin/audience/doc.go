// Package audience reads a file of contacts as a stream of decide bodies.
//
// Senders keep their audience in whatever a platform exported: CSV with any
// header, separator and way to write dates, or a JSON object a line, packed or
// not. It exists so that everything that goes through a whole audience (screen,
// diff, simulate and their like) reads all of these, in the same way, in bounded
// memory, and names the line of whatever can't be read.
//
//	r, err := audience.Open("contacts.csv.gz", audience.Options{Fields: bundle.Schema().Fields()})
//	defer r.Close()
//	for {
//		row, err := r.Next()
//		if err == io.EOF { break }
//		…
//		in, err := bundle.Input(row.Body, now) // unless row.Err says why there is no body
//	}
//
// For several workers, Read gives blocks of whole rows and a Scanner for each
// worker cuts them into rows.
//
// # What a file may be
//
// NDJSON: a decide body a line. CSV: columns by a Mapping, which is guessed from
// the header and the first rows unless given. Either may be packed with gzip or
// zstd; that is told by its first bytes, as is UTF-16. Lines end with \n, \r\n or
// \r, mixed as they come; a byte-order mark is dropped; blank lines are skipped, as
// is a first line sep=; of a CSV file, which names the separator.
//
// What spoils a row spoils only that row: a line or record longer than
// Options.MaxRow, text that is not UTF-8 (see Options.Encoding for older ones), a
// record with too few or too many columns (blank ones at its end are fine), a
// quoted value with text behind its closing quote. A quote that is opened and not
// closed within MaxRow spoils the line it stands on, and reading goes on with the
// next line. A packed file that is cut short gives its whole rows and then an
// error, as does a file that can't be read further. A file without a byte in it
// is ErrEmpty; a header alone is a file of no rows.
package audience
