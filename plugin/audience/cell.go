package audience

import "strings"

// AppendCell appends text as a cell of a CSV file, so that neither CSV nor a
// spreadsheet takes it for anything else: text that a spreadsheet would run as a
// formula gets a ' in front. Numbers and phone numbers with a sign are left as
// they are.
func AppendCell(dst []byte, text string) []byte {
	if plain(text) {
		return append(dst, text...)
	}
	if formula(text) {
		text = "'" + text
	}
	if !strings.ContainsAny(text, ",\"\r\n") {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(text, `"`, `""`)...)
	return append(dst, '"')
}

// plain tells of text that is all letters, digits and the like, as names are: it
// stands in a cell as it is.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < '-' { // among these are comma, quote and line ends
			return false
		}
	}
	return text == "" || strings.IndexByte("=-@", text[0]) < 0
}

func formula(text string) bool {
	if text == "" || strings.IndexByte("=+-@\t\r", text[0]) < 0 {
		return false
	}
	return text[0] != '+' && text[0] != '-' || strings.Trim(text[1:], "0123456789 ().-") != ""
}
