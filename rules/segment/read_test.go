package segment

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	_ "time/tzdata" // the zones of this test on machines that have none

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, o ReadOptions, text string) ([]Order, *ReadReport, error) {
	t.Helper()
	var orders []Order
	report, err := Read(strings.NewReader(text), o, func(o Order) error {
		o.Customer, o.ID = strings.Clone(o.Customer), strings.Clone(o.ID) // they last until we return
		orders = append(orders, o)
		return nil
	})
	require.Equal(t, report.Rows, report.Taken+report.Bad+report.Duplicates)
	return orders, report, err
}

func TestReadCSV(t *testing.T) {
	orders, report, err := read(t, ReadOptions{}, "\xef\xbb\xbfOrder No;Customer ID;Order Date;Total;Currency\r\n7;a;2026-01-02;12.5;EUR\r\n\r\n8;b;2026-01-03T23:30:00Z;-1.50;eur\r\n")
	require.NoError(t, err)
	require.Equal(t, []Order{
		{Customer: "a", ID: "7", Day: mustDay("2026-01-02"), Amount: 1250},
		{Customer: "b", ID: "8", Day: mustDay("2026-01-03"), Amount: -150},
	}, orders)
	require.Equal(t, []string{"customer: Customer ID", "date: Order Date", "amount: Total", "currency: Currency", "order: Order No"}, report.Guessed)
	require.Equal(t, "EUR", report.Currency)
	require.Equal(t, CSV, report.Format)
}

func TestBadRowsAreReportedAndSkipped(t *testing.T) {
	orders, report, err := read(t, ReadOptions{Currency: "USD", MaxBad: 8}, `customer,date,amount,currency,kind
a,2026-01-01,1.00,USD,sale
a,01/02/2026,1.00,USD,sale
a,2026-02-30,1.00,USD,sale
a,2026-01-01,"1,234",USD,sale
a,2026-01-01,1.005,USD,sale
a,2026-01-01,1.00,EUR,sale
a,2026-01-01,1.00,,sale
a,2026-01-01,1.00,USD,gift
,2026-01-01,7.00,USD,sale
a,2026-01-01,1.00
"b
c",2026-01-01,1.00,USD,sale
a,2026-01-01,,USD,sale
"a",2026-01-01,9999999999999999,USD,sale
z,2026-01-01,1.00,USD,refund
`)
	require.NoError(t, err)
	require.Len(t, orders, 3)
	require.Equal(t, "b\nc", orders[1].Customer)
	require.Equal(t, Return, orders[2].Kind)
	require.Equal(t, 11, report.Bad)
	require.Equal(t, []BadRow{
		{3, "the date can't be read: dates are as 2026-11-23 or 23.11.2026, or a date layout says how, as 02/01/2006 for 23/11/2026"},
		{4, "the date can't be read: dates are as 2026-11-23 or 23.11.2026, or a date layout says how, as 02/01/2006 for 23/11/2026"},
		{5, "the amount is not a number such as -1234.50"},
		{6, "the amount has more decimals than are kept"},
		{7, "the currency is another one"},
		{8, "there is no currency"},
		{9, errKind.Error()},
		{10, "there is no customer"},
	}, report.BadRows)
	require.Equal(t, 1, report.Unlinked)
	require.EqualValues(t, 700, report.UnlinkedSum)
	total := 0
	for _, r := range report.Reasons {
		total += r.Rows
	}
	require.Equal(t, 11, total)
	require.Equal(t, 2, report.Reasons[0].Rows)
}

// A stray quote costs its own row, not the rest of the file, and line numbers
// stay right.
func TestStrayQuotes(t *testing.T) {
	orders, report, err := read(t, ReadOptions{}, "customer,date,amount\n\"a,2026-01-01,1\nb,2026-01-01,1\n5\" pipe,2026-01-01,1\n\"c\",2026-01-01,1\nd,bad,1\n\"e \"\"x\"\"\",2026-01-01,2\nf,2026-01-01,\"1\n")
	require.NoError(t, err)
	var got []string
	for _, o := range orders {
		got = append(got, o.Customer)
	}
	require.Equal(t, []string{"b", "c", `e "x"`}, got)
	var lines []int
	for _, b := range report.BadRows {
		lines = append(lines, b.Line)
	}
	require.Equal(t, []int{2, 4, 6, 8}, lines)
}

func TestLongLinesAndManyStrayQuotes(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	orders, _, err := read(t, ReadOptions{}, "customer,date,amount,note\na,2026-01-01,1,"+long+"\nb,2026-01-01,1,\n")
	require.NoError(t, err)
	require.Len(t, orders, 2)
	orders, report, err := read(t, ReadOptions{}, "customer,date,amount\n"+strings.Repeat("a\",2026-01-01,1\nb,2026-01-01,1\n", 5000))
	require.NoError(t, err)
	require.Len(t, orders, 5000)
	require.Equal(t, 5000, report.Bad)
}

func TestCurrencies(t *testing.T) {
	const mixed = "customer,date,amount,currency\na,2026-01-01,1,EUR\nb,2026-01-01,1,USD\n"
	_, _, err := read(t, ReadOptions{}, mixed)
	require.ErrorIs(t, err, ErrCurrencies)
	orders, report, err := read(t, ReadOptions{Currency: "usd"}, mixed)
	require.NoError(t, err)
	require.Len(t, orders, 1)
	require.Equal(t, "USD", report.Currency)
	require.Equal(t, []BadRow{{2, "the currency is another one"}}, report.BadRows)

	// Decimals are those of the currency, unless said otherwise.
	for _, c := range []struct {
		o    ReadOptions
		text string
		want int64
	}{
		{ReadOptions{Currency: "JPY"}, "500", 500},
		{ReadOptions{Currency: "KWD"}, "1.234", 1234},
		{ReadOptions{Decimals: 3}, "0.55", 550},
		{ReadOptions{Decimals: NoDecimals}, "7.00", 7},
		{ReadOptions{DecimalComma: true, Comma: ';'}, "-1,5", -150},
	} {
		sep := ","
		if c.o.Comma != 0 {
			sep = string(c.o.Comma)
		}
		orders, report, err := read(t, c.o, strings.ReplaceAll("customer;date;amount\na;2026-01-01;", ";", sep)+c.text+"\n")
		require.NoError(t, err)
		require.Len(t, orders, 1, report.BadRows)
		require.Equal(t, c.want, orders[0].Amount)
	}
	// The file alone may know the currency.
	orders, report, err = read(t, ReadOptions{}, "customer,date,amount,currency\na,2026-01-01,500,JPY\n")
	require.NoError(t, err)
	l, err := NewLedger(Options{})
	require.NoError(t, err)
	require.NoError(t, l.Add(orders[0]))
	l.Denominate(report.Currency, report.Decimals)
	a := l.Analyse()
	require.Equal(t, "JPY", a.Model.Options.Currency)
	require.Equal(t, "500", FormatAmount(a.Customers[0].Net(), a.Model.Decimals()))

	orders, _, err = read(t, ReadOptions{Currency: "JPY"}, "customer,date,amount\na,2026-01-01,5.5\n")
	require.NoError(t, err)
	require.Empty(t, orders)
}

func TestTimeZones(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	for _, c := range []struct {
		o          ReadOptions
		date, want string
	}{
		{ReadOptions{Zone: tokyo}, "2026-01-01", "2026-01-01"},           // a date alone never moves
		{ReadOptions{Zone: tokyo}, "2026-01-01T20:00:00Z", "2026-01-02"}, // an instant does
		{ReadOptions{}, "2026-01-01T20:00:00-05:00", "2026-01-02"},
		{ReadOptions{Zone: tokyo}, "2026-01-01 20:00:00", "2026-01-01"}, // local time is taken as written
		{ReadOptions{Zone: tokyo, SourceZone: london}, "2026-01-01 20:00", "2026-01-02"},
		{ReadOptions{Zone: tokyo}, "2026-01-01 20:00:00 +0000", "2026-01-02"},
		{ReadOptions{}, "2026-01-01T23:59:59.999", "2026-01-01"},
		{ReadOptions{Zone: tokyo, DateLayout: "1/2/2006 15:04", SourceZone: london}, "12/1/2010 20:26", "2010-12-02"},
		{ReadOptions{Zone: tokyo, DateLayout: "02.01.2006", SourceZone: london}, "01.12.2010", "2010-12-01"},
		{ReadOptions{Zone: tokyo, DateLayout: "unix"}, "1767294000", "2026-01-02"},
		{ReadOptions{DateLayout: "unixms"}, "1767294000000", "2026-01-01"},
	} {
		orders, report, err := read(t, c.o, "customer,date,amount\na,"+c.date+",1\n")
		require.NoError(t, err)
		require.Len(t, orders, 1, "%s: %v", c.date, report.BadRows)
		require.Equal(t, c.want, orders[0].Day.String(), c.date)
	}
	for _, bad := range []string{"2026-01-01T25:00:00", "2026-01-01 noon", "2026-01-01T10:00:00Zulu", "1850-01-01", "yesterday", ""} {
		orders, _, err := read(t, ReadOptions{}, "customer,date,amount\na,"+bad+",1\n")
		require.NoError(t, err)
		require.Empty(t, orders, bad)
	}
	for _, layout := range []string{"02/01/2006", "unix"} {
		_, report, err := read(t, ReadOptions{DateLayout: layout}, "customer,date,amount\na,2026-11-23,1\n")
		require.NoError(t, err)
		require.Equal(t, []BadRow{{2, "the date can't be read: it is not as the date layout says"}}, report.BadRows)
	}
}

func TestReadNDJSONAndGzip(t *testing.T) {
	const text = `{"customer": {"id": 17}, "created_at": "2026-01-02T10:00:00Z", "total": "12.50", "number": "A1"}

not json
{"customer": {"id": 18}, "created_at": "2026-01-03T10:00:00Z", "total": 7, "extra": [1]}
{"customer": null, "created_at": "2026-01-03T10:00:00Z", "total": 7}
{"a": 1} {"b": 2}
`
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	orders, report, err := read(t, ReadOptions{Columns: Columns{Customer: "customer.id", Order: "number"}}, zipped.String())
	require.NoError(t, err)
	require.Equal(t, []Order{
		{Customer: "17", ID: "A1", Day: mustDay("2026-01-02"), Amount: 1250},
		{Customer: "18", Day: mustDay("2026-01-03"), Amount: 700},
	}, orders)
	require.True(t, report.Compressed)
	require.Equal(t, NDJSON, report.Format)
	require.Equal(t, []BadRow{{3, "the line is not one JSON object"}, {5, "there is no customer"}, {6, "the line is not one JSON object"}}, report.BadRows)
	require.Equal(t, []string{"date: created_at", "amount: total"}, report.Guessed)
}

func TestDuplicatesMargin(t *testing.T) {
	const text = "customer,date,amount,profit\na,2026-01-01,1,0.50\na,2026-01-01,1,0.50\na,2026-01-01,1,0.40\na,2026-01-01,1,x\n"
	o := ReadOptions{Columns: Columns{Margin: "profit"}}
	orders, report, err := read(t, o, text)
	require.NoError(t, err)
	require.Len(t, orders, 3)
	require.EqualValues(t, 40, orders[2].Margin)
	require.Equal(t, "margin: the amount is not a number such as -1234.50", report.BadRows[0].Reason)
	o.DropDuplicates = true
	orders, report, err = read(t, o, text)
	require.NoError(t, err)
	require.Len(t, orders, 2)
	require.Equal(t, 1, report.Duplicates)
}

func TestReadFails(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "the file is empty",
		"x,y\n1,2\n":                           "no column looks like the customer",
		"{\"x\": 1}\n":                         "no column looks like the date",
		"\x1f\x8bnot gzip":                     "begins as gzip but isn't",
		"\"\n":                                 "can't read the header",
		"customer,date,amount2\n":              "no column looks like the amount; the file has customer, date, amount2",
		" \n {":                                "the file has no object",
		"{" + strings.Repeat(" ", 2<<20) + "}": "longer than",
	} {
		_, _, err := read(t, ReadOptions{}, text)
		require.ErrorContains(t, err, want)
	}
	_, _, err := read(t, ReadOptions{Columns: Columns{Customer: "who"}}, "customer,date,amount\n")
	require.ErrorContains(t, err, `there is no column "who"`)
	_, _, err = read(t, ReadOptions{Format: "xml"}, "")
	require.ErrorContains(t, err, `there is no format "xml"`)
	_, _, err = read(t, ReadOptions{Comma: '"'}, "a")
	require.ErrorContains(t, err, "can't separate")
	broken := errors.New("the disk is on fire")
	_, err = Read(iotest.ErrReader(broken), ReadOptions{Format: CSV}, nil)
	require.ErrorIs(t, err, broken)
	_, err = Read(strings.NewReader("customer,date,amount\na,2026-01-01,1\n"), ReadOptions{}, func(Order) error { return ErrTotal })
	require.ErrorIs(t, err, ErrTotal)
}

// What add refuses is a bad row like any other.
func TestAddRefusing(t *testing.T) {
	_, err := NewLedger(Options{})
	require.NoError(t, err)
	report, err := Read(strings.NewReader("customer,date,amount\na,2026-01-01,1\n"), ReadOptions{}, func(Order) error { return errLarge })
	require.NoError(t, err)
	require.Equal(t, []BadRow{{2, "the amount is too large"}}, report.BadRows)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("customer,date,amount\na,2026-01-01,1\n\"b\",2026-01-02,-2\n"))
	f.Add([]byte("{\"customer\":\"a\",\"date\":\"2026-01-01\",\"amount\":1}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := NewLedger(Options{})
		require.NoError(t, err)
		report, _ := Read(bytes.NewReader(data), ReadOptions{DropDuplicates: len(data)%2 == 0}, l.Add)
		require.Equal(t, report.Rows, report.Taken+report.Bad+report.Duplicates)
		a := l.Analyse()
		require.Equal(t, report.Taken, a.Rows)
		require.LessOrEqual(t, len(a.Customers), report.Taken)
	})
}

func TestReadRows(t *testing.T) {
	rows := [][]string{{"a", "2026-01-02", "12.50"}, {"", "2026-01-02", "1"}, {"b", "2026-13-01", "1"}, {"b", "2026-01-03"}}
	next := func() ([]string, error) {
		if len(rows) == 0 {
			return nil, io.EOF
		}
		row := rows[0]
		rows = rows[1:]
		return row, nil
	}
	var orders []Order
	report, err := ReadRows(Rows{Header: []string{"customer_id", "day", "total"}, Next: next}, ReadOptions{}, func(o Order) error {
		orders = append(orders, o)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []Order{{Customer: "a", Day: mustDay("2026-01-02"), Amount: 1250}}, orders)
	require.Equal(t, []int{2, 3, 4}, []int{report.BadRows[0].Line, report.BadRows[1].Line, report.BadRows[2].Line})
	_, err = ReadRows(Rows{Header: []string{"x"}, Next: next}, ReadOptions{}, nil)
	require.ErrorContains(t, err, "no column looks like the customer")
	broken := func() ([]string, error) { return nil, io.ErrUnexpectedEOF }
	_, err = ReadRows(Rows{Header: []string{"customer", "date", "amount"}, Next: broken}, ReadOptions{}, nil)
	require.ErrorContains(t, err, "after row 0")
}
