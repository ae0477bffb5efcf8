package audience_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
)

// Files as spreadsheets in Germany, Poland, France and Denmark write them are
// read without a mapping.
func TestFilesOfOtherCountries(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"de": {
			"Kundennr;E-Mail;Geburtsdatum;Telefon;Werbeeinwilligung;Bestellungen;Retouren;Umsatz gesamt;Letzte Bestellung;Offene Reklamation\n" +
				"0042;a@x.de;09.07.1948;N/A;ja;1.200;k.A.;1.234,50 €;31.12.2025;nein\n",
			`{"consent":{"marketing":true},"contact":{"birth_date":"1948-07-09T00:00:00Z","email":"a@x.de","id":"0042"},"orders":{"count":1200,"last_at":"2025-12-31T00:00:00Z","total":1234.50},"support":{"open_complaint":false}}`,
		},
		"pl": {
			"Id klienta;Adres e-mail;Kod pocztowy;Zgoda marketingowa;Liczba zamówień;Zwroty;Wartość zamówień;Ostatnie zamówienie\n" +
				"7;a@x.pl;00-001;TAK;12;brak;1 234,50 zł;2026-10-01\n",
			`{"consent":{"marketing":true},"contact":{"address":{"postal_code":"00-001"},"email":"a@x.pl","id":"7"},"orders":{"count":12,"last_at":"2026-10-01T00:00:00Z","total":1234.50}}`,
		},
		"fr": {
			"N° client;Courriel;Nom;Consentement;Nombre de commandes;Montant total;Dernière commande;Adresse\n" +
				"7;a@x.fr;Lefèvre;Oui;2;1\u202f234,5 EUR;31/12/2025;1 rue de la Paix\n",
			`{"consent":{"marketing":true},"contact":{"email":"a@x.fr","id":"7","name":{"family":"Lefèvre"}},"orders":{"count":2,"last_at":"2025-12-31T00:00:00Z","total":1234.5}}`,
		},
		"da": {
			"Kundenr;E-postadresse;Samtykke;Antal ordrer;Omsætning;Seneste ordre\n" +
				"7;a@x.dk;nej;2;-0,75 kr.;31-12-2025\n",
			`{"consent":{"marketing":false},"contact":{"email":"a@x.dk","id":"7"},"orders":{"count":2,"last_at":"2025-12-31T00:00:00Z","total":-0.75}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := read(t, strings.NewReader(c.file), audience.Options{})
			require.NoError(t, err)
			require.Equal(t, []string{"2: " + c.want}, rows)
		})
	}
}

// HubSpot's exports are headed by the labels of its properties: who unsubscribed is
// known without a mapping.
func TestExportsOfHubSpot(t *testing.T) {
	rows, err := read(t, strings.NewReader(`"Record ID","Email","Country/Region","Unsubscribed from all email","Total Revenue","Last marketing email send date","Last marketing email open date","Last marketing email click date"
"90000","a@example.com","Poland","true","3307.41","2026-11-02 08:30","2026-11-03 09:00","2026-11-03 09:01"
`), audience.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{`2: {"consent":{"objects_marketing":true},"contact":{"country":"Poland","email":"a@example.com","id":"90000"},` +
		`"engagement":{"last_click_at":"2026-11-03T09:01:00Z","last_open_at":"2026-11-03T09:00:00Z","last_sent_at":"2026-11-02T08:30:00Z"},"orders":{"total":3307.41}}`}, rows)
}

// The words that spreadsheets put for true and false are those of their language.
func TestTruthOfOtherCountries(t *testing.T) {
	for word, want := range map[string]string{
		"WAHR": "true", "FALSCH": "false", "PRAWDA": "true", "FAŁSZ": "false", "VRAI": "true", "FAUX": "false", "SAND": "true", "FALSK": "false",
		"ja": "true", "Nein": "false", "oui": "true", "non": "false", "Tak": "true", "nie": "false", "perhaps": `"perhaps"`,
	} {
		rows, err := read(t, strings.NewReader("id,consent.marketing\na,"+word+"\n"), audience.Options{})
		require.NoError(t, err)
		require.Equal(t, []string{`2: {"consent":{"marketing":` + want + `},"contact":{"id":"a"}}`}, rows)
	}
}

// What is no number stays text, which rules take for unknown.
func TestNumbersThatAreNone(t *testing.T) {
	rows, err := read(t, strings.NewReader("id,orders.total\na,12 pieces\nb,EUR\nc,1 EUR 2\nd,12 Eur\ne,CHF -1.50\n"), audience.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{
		`2: {"contact":{"id":"a"},"orders":{"total":"12 pieces"}}`,
		`3: {"contact":{"id":"b"},"orders":{"total":"EUR"}}`,
		`4: {"contact":{"id":"c"},"orders":{"total":"1 EUR 2"}}`,
		`5: {"contact":{"id":"d"},"orders":{"total":"12 Eur"}}`,
		`6: {"contact":{"id":"e"},"orders":{"total":-1.50}}`,
	}, rows)
}

// 1.234 in a file of semicolons may be a thousand and so many: a whole number can
// be nothing else, and of any other somebody is told.
func TestThousandsWithoutDecimals(t *testing.T) {
	r, err := audience.New(strings.NewReader("id;orders.count;orders.total;crm.ltv;web.trials\na;1.200;1.200;0.125;7\n"), audience.Options{})
	require.NoError(t, err)
	row, err := r.Next()
	require.NoError(t, err)
	require.JSONEq(t, `{"contact":{"id":"a"},"orders":{"count":1200,"total":1.2},"crm":{"ltv":0.125},"web":{"trials":7}}`, string(row.Body))
	var noted []string
	for _, c := range r.Columns() {
		if c.Note != "" {
			noted = append(noted, c.Name)
		}
	}
	require.Equal(t, []string{"orders.total"}, noted)

	rows, err := read(t, strings.NewReader("id,orders.count\na,3.000\nb,4.000\n"), audience.Options{})
	require.NoError(t, err)
	require.Equal(t, `2: {"contact":{"id":"a"},"orders":{"count":3.000}}`, rows[0], "a program's decimals")
}

// A mapping that names fields and nothing else is told what it lacks, and filled
// in for who asks.
func TestMappingThatLacksHowValuesAreWritten(t *testing.T) {
	const file = "Nr;Seit;Summe;Offen\n1;31.12.2025;1,50;n/a\n2;01.01.2026;2;nein\n"
	given := &audience.Mapping{Columns: []audience.Column{
		{Name: "Nr", Field: "contact.id"},
		{Name: "Seit", Field: "contact.created_at"},
		{Name: "Summe", Field: "orders.total"},
		{Name: "Offen", Field: "support.open_complaint"},
	}}
	r, err := audience.New(strings.NewReader(file), audience.Options{Mapping: given})
	require.NoError(t, err)
	require.False(t, r.Guessed())
	var notes []string
	for _, c := range r.Columns() {
		notes = append(notes, c.Note)
	}
	require.Equal(t, []string{
		"",
		"2 of the first 2 values are no time; the mapping could say date: D.M.YYYY",
		`1 of the first 2 values are no float; the mapping could say decimal: ","`,
		"1 of the first 2 values are no bool; the mapping could say empty: [n/a]",
	}, notes)

	r, err = audience.New(strings.NewReader(file), audience.Options{Mapping: given, Complete: true})
	require.NoError(t, err)
	text, err := r.Mapping().YAML()
	require.NoError(t, err)
	filled, err := audience.ReadMapping(text)
	require.NoError(t, err)
	rows, err := read(t, strings.NewReader(file), audience.Options{Mapping: filled})
	require.NoError(t, err)
	require.Equal(t, `2: {"contact":{"created_at":"2025-12-31T00:00:00Z","id":"1"},"orders":{"total":1.50}}`, rows[0])

	// What the mapping says stays as it is.
	given.Columns[1].Date = "MM.DD.YYYY"
	r, err = audience.New(strings.NewReader(file), audience.Options{Mapping: given, Complete: true})
	require.NoError(t, err)
	require.Equal(t, "MM.DD.YYYY", r.Mapping().Columns[1].Date)

	given.Columns[1].Field = "contact.since"
	_, err = audience.New(strings.NewReader(file), audience.Options{Mapping: given})
	require.True(t, errors.Is(err, audience.ErrNoField))
	require.ErrorContains(t, err, `column "Seit": there is no field contact.since`)
}

func TestWorkbooksAreNoText(t *testing.T) {
	_, err := read(t, strings.NewReader("PK\x03\x04\x14\x00\x06\x00"), audience.Options{})
	require.ErrorIs(t, err, audience.ErrWorkbook)
}

// Who has an umlaut in their name is not left out without a word.
func TestRowsOfAnotherEncodingAreCounted(t *testing.T) {
	r, err := audience.New(strings.NewReader("id;name\n1;J\xfcrgen\n2;Anna\n\n3;Zo\xeb\n"), audience.Options{})
	require.NoError(t, err)
	n, of := r.Foreign()
	require.Equal(t, [2]int{2, 3}, [2]int{n, of})
	r, err = audience.New(strings.NewReader("id;name\n1;J\xfcrgen\n"), audience.Options{Encoding: "windows-1252"})
	require.NoError(t, err)
	n, _ = r.Foreign()
	require.Zero(t, n)
}

// A mapping that was written for a file is read for it, also where the file's columns
// have no name, as the first that pandas writes, or the same one; and says of each.
func TestMappingOfColumnsWithoutANameOfTheirOwn(t *testing.T) {
	const file = ",id,email,Email,email\n0,c1,a@x.example,b@x.example,c@x.example\n"
	r, err := audience.New(strings.NewReader(file), audience.Options{})
	require.NoError(t, err)
	text, err := r.Mapping().YAML()
	require.NoError(t, err)
	m, err := audience.ReadMapping(text)
	require.NoError(t, err)
	rows, err := read(t, strings.NewReader(file), audience.Options{Mapping: m})
	require.NoError(t, err)
	require.Equal(t, []string{`2: {"contact":{"email":"a@x.example","id":"c1"}}`}, rows)

	m.Columns[0].Field, m.Columns[1].Field = "contact.id", ""
	m.Columns[2].Field, m.Columns[4].Field = "", "contact.email"
	rows, err = read(t, strings.NewReader(file), audience.Options{Mapping: m})
	require.NoError(t, err)
	require.Equal(t, []string{`2: {"contact":{"email":"c@x.example","id":"0"}}`}, rows)

	once := &audience.Mapping{Columns: []audience.Column{{Name: "EMAIL", Field: "contact.email"}}}
	rows, err = read(t, strings.NewReader(file), audience.Options{Mapping: once})
	require.NoError(t, err)
	require.Equal(t, []string{`2: {"contact":{"email":"a@x.example"}}`}, rows, "the first that is called so")
}

// Whatever text row_id is, ids are made of it; a separator is what can be one.
func TestMappingOfOddSigns(t *testing.T) {
	m, err := audience.ReadMapping([]byte("row_id: 'a\"\\'\ncolumns: [{name: city, field: contact.city}]"))
	require.NoError(t, err)
	rows, err := read(t, strings.NewReader("city\nBerlin\n"), audience.Options{Mapping: m})
	require.NoError(t, err)
	require.Equal(t, []string{`2: {"contact":{"city":"Berlin","id":"a\"\\2"}}`}, rows)
	for _, sep := range []string{`"`, "\n", "\r", "§", ";;"} {
		_, err := audience.New(strings.NewReader("id\n1\n"), audience.Options{Mapping: &audience.Mapping{Separator: sep, Columns: []audience.Column{{Name: "id", Field: "contact.id"}}}})
		require.ErrorContains(t, err, "separator: ", sep)
	}
}

// A first line sep=; is for Excel: it names the separator, and is no header.
func TestSeparatorLine(t *testing.T) {
	for file, line := range map[string]string{
		"sep=;\r\nid;email\r\nc1;a,b@x.example": "3", "\"sep=;\"\nid;email\nc1;a,b@x.example\n": "3", "\ufeffSEP=;\rid;email\rc1;a,b@x.example\r": "3",
		"sep=\t\nid\temail\nc1\ta,b@x.example\n": "3", "id;email\nc1;a,b@x.example\n": "2",
	} {
		rows, err := read(t, strings.NewReader(file), audience.Options{})
		require.NoError(t, err, file)
		require.Equal(t, []string{line + `: {"contact":{"email":"a,b@x.example","id":"c1"}}`}, rows, file)
	}
	for _, file := range []string{"sep=", "sep=;", "sep=;;\nid\n1\n", "sep=;\n", "sep=\"\nid\n1\n"} {
		_, err := audience.New(strings.NewReader(file), audience.Options{Format: audience.CSV})
		require.Error(t, err, file)
	}
	given := &audience.Mapping{Separator: ";", Columns: []audience.Column{{Name: "id", Field: "contact.id"}}}
	rows, err := read(t, strings.NewReader("sep=;\nid;email\nc1;x\n"), audience.Options{Mapping: given})
	require.NoError(t, err)
	require.Equal(t, []string{`3: {"contact":{"id":"c1"}}`}, rows)
}

// Days before months are guessed, and said, where months first are as likely.
func TestDatesThatCouldBeEither(t *testing.T) {
	for _, c := range []struct {
		day   string
		noted bool
	}{{"01/02/2026", true}, {"01-02-2026", true}, {"01.02.2026", false}, {"31-12-2025", false}} {
		r, err := audience.New(strings.NewReader("id,last order\n1,"+c.day+"\n"), audience.Options{})
		require.NoError(t, err)
		require.Equal(t, c.noted, r.Columns()[1].Note != "", c.day)
	}
}
