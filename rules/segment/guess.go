package segment

import (
	"bufio"
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// names are the words for each column, best first, in lower case without signs.
var columnNames = [colCount]struct {
	what  string
	names string
}{
	{"customer", "customerid customer contactid contact clientid client userid user memberid member buyerid email customeremail " +
		"kundennummer kundennr kundenid kunde idklienta nrklienta numerklienta klient idclient numéroclient numeroclient nclient kundenummer kundeid kundenr"},
	{"date", "orderdate date createdat orderedat purchasedat purchasedate processedat paidat invoicedate orderat datetime timestamp day " +
		"bestelldatum kaufdatum rechnungsdatum auftragsdatum datum datazamówienia datazamowienia datazakupu datafaktury data datecommande datedecommande dateachat datefacture ordredato købsdato dato"},
	{"amount", "amount ordertotal total totalprice ordervalue revenue value sum price net gross subtotal " +
		"betrag gesamtbetrag bestellwert rechnungsbetrag summe umsatz kwota wartość wartosc wartośćzamówienia wartosczamowienia suma montant montanttotal totalttc montantttc beløb ordrebeløb"},
	{"currency", "currency currencycode währung waehrung waluta devise monnaie valuta"},
	{"order", "orderid ordernumber orderno order invoiceno invoiceid invoice transactionid receiptid " +
		"bestellnummer bestellnr auftragsnummer auftragsnr belegnummer belegnr rechnungsnummer rechnungsnr numerzamówienia numerzamowienia nrzamówienia nrzamowienia numérocommande numerocommande ncommande ordrenummer ordrenr"},
	{"kind", "kind ordertype transactiontype rowtype vorgangsart belegart bestellart rodzaj typetransaction"},
	{"margin", ""},
}

func has(header []string, name string) bool {
	return slices.Contains(header, name)
}

func guess(header []string, names string) string {
	for _, name := range strings.Fields(names) {
		for _, h := range header {
			if plain(h) == name {
				return h
			}
		}
	}
	return ""
}

// plain is a header in lower case without spaces, underscores and the like.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// guessRows is how many rows a guess looks at.
const guessRows = 1000

// guessWriting finds out from the first rows of a CSV file how it writes numbers
// and dates with strokes, where nobody has said so and all that tells anything
// tells the same. Both only make readable what else were a bad row.
func (p *parser) guessWriting(in *bufio.Reader, comma byte, width int, at *[colCount]int) {
	commas, points, dayFirst, monthFirst := 0, 0, 0, 0
	for _, row := range firstRows(in, comma, width) {
		switch commaTells(row[at[colAmount]]) {
		case 1:
			commas++
		case -1:
			points++
		}
		first, second := strokes(row[at[colDate]])
		switch {
		case first > 12 && second <= 12:
			dayFirst++
		case first <= 12 && second > 12:
			monthFirst++
		}
	}
	if !p.o.DecimalComma && commas > 0 && points == 0 {
		p.point = ','
		p.report.Guessed = append(p.report.Guessed, "amounts such as 1.234,50: the comma is the decimal sign")
	}
	switch {
	case p.o.DateLayout != "":
	case dayFirst > 0 && monthFirst == 0:
		p.strokes = "2/1/2006"
		p.report.Guessed = append(p.report.Guessed, "dates such as 31/12/2026: day/month/year")
	case monthFirst > 0 && dayFirst == 0:
		p.strokes = "1/2/2006"
		p.report.Guessed = append(p.report.Guessed, "dates such as 12/31/2026: month/day/year")
	}
}

// firstRows are the whole rows that the buffer begins with; they are read again.
func firstRows(in *bufio.Reader, comma byte, width int) [][]string {
	buf, _ := in.Peek(in.Size()) // what is there, when it is less
	if len(buf) == in.Size() {
		buf = buf[:bytes.LastIndexByte(buf, '\n')+1] // the last one may be cut short
	}
	rows := csvRows{in: bufio.NewReader(bytes.NewReader(buf)), comma: comma}
	var out [][]string
	for len(out) < guessRows {
		row, _, err := rows.next()
		if err != nil {
			break
		}
		if len(row) == width {
			out = append(out, cloned(row))
		}
	}
	return out
}

func cloned(row []string) []string {
	out := make([]string, len(row))
	for i, s := range row {
		out[i] = strings.Clone(s)
	}
	return out
}

// strokes are the first two numbers of a date such as 31/12/2026, zeros of
// anything else.
func strokes(s string) (first, second int) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	parts := strings.Split(s, "/")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return 0, 0
	}
	first, err := strconv.Atoi(parts[0])
	if err != nil {
		return 0, 0
	}
	second, err = strconv.Atoi(parts[1])
	if err != nil {
		return 0, 0
	}
	return first, second
}
