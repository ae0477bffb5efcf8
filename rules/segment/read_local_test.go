package segment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Files as spreadsheets in Germany, Poland, France and Denmark write them are
// read without a flag, and what was guessed is said.
func TestReadFilesOfOtherCountries(t *testing.T) {
	want := []Order{
		{Customer: "007", ID: "1", Day: mustDay("2025-12-31"), Amount: 123450, Kind: Sale},
		{Customer: "007", ID: "2", Day: mustDay("2026-01-02"), Amount: -99, Kind: Return},
	}
	for name, c := range map[string]struct {
		text    string
		guessed []string
	}{
		"de": {
			"Bestellnr;Kundennr;Bestelldatum;Betrag;Währung;Vorgangsart\n1;007;31.12.2025;1.234,50 €;EUR;Verkauf\n2;007;2.1.2026 09:15;-0,99;EUR;Retoure\n",
			[]string{"customer: Kundennr", "date: Bestelldatum", "amount: Betrag", "currency: Währung", "order: Bestellnr", "kind: Vorgangsart", "amounts such as 1.234,50: the comma is the decimal sign", "dates such as 31.12.2026: day.month.year"},
		},
		"pl": {
			"Nr zamówienia;Id klienta;Data zamówienia;Kwota;Waluta;Rodzaj\n1;007;2025-12-31;1 234,50;PLN;sprzedaż\n2;007;2026-01-02;-0,99 zł;PLN;zwrot\n",
			[]string{"customer: Id klienta", "date: Data zamówienia", "amount: Kwota", "currency: Waluta", "order: Nr zamówienia", "kind: Rodzaj", "amounts such as 1.234,50: the comma is the decimal sign"},
		},
		"fr": {
			"N° commande;N° client;Date de commande;Montant TTC;Devise;Kind\n1;007;31/12/2025;1\u202f234,50 €;EUR;Vente\n2;007;02/01/2026;-0,99 €;EUR;Remboursement\n",
			[]string{"customer: N° client", "date: Date de commande", "amount: Montant TTC", "currency: Devise", "order: N° commande", "kind: Kind", "amounts such as 1.234,50: the comma is the decimal sign", "dates such as 31/12/2026: day/month/year"},
		},
		"da": {
			"Ordrenr;Kundenr;Ordredato;Beløb;Valuta;Kind\n1;007;31.12.2025;1.234,50 kr.;DKK;Salg\n2;007;02.01.2026;-0,99 kr.;DKK;Retur\n",
			[]string{"customer: Kundenr", "date: Ordredato", "amount: Beløb", "currency: Valuta", "order: Ordrenr", "kind: Kind", "amounts such as 1.234,50: the comma is the decimal sign", "dates such as 31.12.2026: day.month.year"},
		},
		"us": {
			"order_id,customer_id,order_date,total,currency,kind\n1,007,12/31/2025,\"$1,234.50\",USD,sale\n2,007,1/2/2026,-$0.99,USD,refund\n",
			[]string{"customer: customer_id", "date: order_date", "amount: total", "currency: currency", "order: order_id", "kind: kind", "dates such as 12/31/2026: month/day/year"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			orders, report, err := read(t, ReadOptions{}, c.text)
			require.NoError(t, err)
			require.Empty(t, report.BadRows)
			require.Equal(t, want, orders)
			require.Equal(t, c.guessed, report.Guessed)
		})
	}
}

// What could mean two things is not guessed: the row is a bad one, and says why.
func TestDoubtfulWritingIsNotGuessed(t *testing.T) {
	for name, c := range map[string]struct{ cells, reason string }{
		"both numbers could be the month":     {"a;03/04/2026;1.50\n", errNoDate.Error()},
		"days first and months first":         {"a;13/04/2026;1.50\na;04/13/2026;1.50\n", errNoDate.Error()},
		"no such day":                         {"a;31.02.2026;1.50\n", errNoDate.Error()},
		"two digits of a year":                {"a;31.12.26;1.50\n", errNoDate.Error()},
		"a thousand, or one and a bit":        {"a;2026-01-01;1,234\n", errAmount.Error()},
		"decimal commas among decimal points": {"a;2026-01-01;1.50\na;2026-01-01;2,75\n", errComma.Error()},
		"a group of two":                      {"a;2026-01-01;12 34.50\n", errAmount.Error()},
		"a currency, and none is asked for":   {"a;2026-01-01;1.50 EUR\n", errSign.Error()},
		"two currencies":                      {"a;2026-01-01;$1.50 €\n", errAmount.Error()},
		"something that is no currency":       {"a;2026-01-01;1.50 pieces\n", errAmount.Error()},
		"nothing but a currency":              {"a;2026-01-01;€\n", errAmount.Error()},
		"a minus in the middle of groups":     {"a;2026-01-01;1-234.50\n", errAmount.Error()},
		"a number and a sign in between":      {"a;2026-01-01;1€50\n", errAmount.Error()},
		"words for nothing":                   {"a;2026-01-01;N/A\n", errAmount.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			_, report, err := read(t, ReadOptions{}, "customer;date;amount\n"+c.cells)
			require.NoError(t, err)
			require.NotEmpty(t, report.BadRows)
			require.Equal(t, c.reason, report.BadRows[0].Reason)
		})
	}
}

// A currency on the amount counts as one in a column does.
func TestCurrencyOnAmounts(t *testing.T) {
	orders, report, err := read(t, ReadOptions{Currency: "SEK"}, "customer;date;amount\na;2026-01-01;10.50 kr\na;2026-01-01;10.50 kr.\na;2026-01-01;SEK 3.00\na;2026-01-01;2.00 zł\na;2026-01-01;2.00 EUR\n")
	require.NoError(t, err)
	require.Len(t, orders, 3)
	require.Equal(t, []BadRow{{5, errOther.Error()}, {6, errOther.Error()}}, report.BadRows)

	orders, report, err = read(t, ReadOptions{}, "customer;date;amount;currency\na;2026-01-01;10.50;€\na;2026-01-01;1.50;EUR\n")
	require.NoError(t, err)
	require.Len(t, orders, 2)
	require.Equal(t, "EUR", report.Currency)
	_, _, err = read(t, ReadOptions{}, "customer;date;amount;currency\na;2026-01-01;10.50;EUR\na;2026-01-01;1.50;zł\n")
	require.ErrorIs(t, err, ErrCurrencies)
}

// The guess looks at whole rows only: the last one in the buffer may be cut.
func TestGuessOverManyRows(t *testing.T) {
	rows := strings.Repeat("a;31.12.2025;1.234,5\n", 10_000)
	orders, report, err := read(t, ReadOptions{Currency: "EUR"}, "customer;date;amount\n"+rows)
	require.NoError(t, err)
	require.Len(t, orders, 10_000)
	require.Empty(t, report.BadRows)
	require.EqualValues(t, 123450, orders[9_999].Amount)
}

func TestWrittenAmount(t *testing.T) {
	for _, c := range []struct {
		text  string
		point byte
		want  int64
	}{
		{"1.234.567,89", ',', 123456789},
		{"1.234", ',', 123400},
		{"1'234.50", '.', 123450},
		{"1’234.50 Fr.", '.', 123450},
		{"CHF 1 234.50", '.', 123450},
		{"CHF -12.00", '.', -1200},
		{"-CHF 12.00", '.', -1200},
		{"\u221212.00", '.', -1200},
		{"12.00\u00a0CHF", '.', 1200},
	} {
		got, err := writtenAmount(c.text, "CHF", 2, c.point)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
	for _, bad := range []string{"1.234.56", "1.23.456,00", "1,234,50", "--5", "5-", "CHF", "1e5", "1 234 5"} {
		_, err := writtenAmount(bad, "CHF", 2, ',')
		require.Error(t, err, bad)
	}
}

func TestFoldCase(t *testing.T) {
	const text = "customer,date,amount\nAnna@X.de,2026-01-01,1\nanna@x.de,2026-01-02,1\n ANNA@x.de,2026-01-03,1\nÄnne@x.de,2026-01-03,1\nänne@x.de,2026-01-03,1\n"
	orders, _, err := read(t, ReadOptions{FoldCase: true}, text)
	require.NoError(t, err)
	var got []string
	for _, o := range orders {
		got = append(got, o.Customer)
	}
	require.Equal(t, []string{"anna@x.de", "anna@x.de", "anna@x.de", "änne@x.de", "änne@x.de"}, got)
	orders, _, err = read(t, ReadOptions{}, text)
	require.NoError(t, err)
	require.Equal(t, "Anna@X.de", orders[0].Customer)
}
