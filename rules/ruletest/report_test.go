package ruletest_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCoverage(t *testing.T) {
	r := run(t, "  - {name: x, contact: plain, expect: {send: true}}\n")
	var out bytes.Buffer
	require.NoError(t, r.Coverage.WriteText(&out))
	for _, want := range []string{
		"shop.yaml:5: gate consent was never closed",
		"shop.yaml:6: consent: `consent.marketing` was never false",
		"shop.yaml:8: gate reachable was never closed",
		"shop.yaml:15: champion: `rfm.r >= 4` was never true",
		"shop.yaml:19: serial-returner: `orders.returns_count / orders.count >= 0.6` was never true",
		"shop.yaml:21: serial-returner: `orders.returns_count == 0` was never true",
		"shop.yaml:28: over-mailed: `sent(7) >= 3` was never true",
		"shop.yaml:29: over-mailed: `message.channel == \"email\"` was never false",
		"shop.yaml:40: slot hero: variant vip was never served",
		"slot rule hero/1 was never matched",
		"`persona(\"champion\")` was never true",
		"`any(orders.history, days_since(.at) <= 3)` was never true",
	} {
		require.Contains(t, out.String(), want)
	}
	require.NotContains(t, out.String(), "`rfm.r >= 4` was never false")
	require.NotContains(t, out.String(), "hero/1 was never skipped")
	require.Less(t, r.Coverage.Percent(), 70.0)
}

func TestWhatStandsBehindAClosedGateIsNotCovered(t *testing.T) {
	r := run(t, "  - {name: x, contact: plain, set: {consent.marketing: false, rfm.r: 5}, expect: {send: false}}\n")
	var out bytes.Buffer
	require.NoError(t, r.Coverage.WriteText(&out))
	require.Contains(t, out.String(), "`rfm.r >= 4` was never true")
	require.Contains(t, out.String(), "variant generic was never served")
	require.NotContains(t, out.String(), "`consent.marketing` was never false")
}

// Somebody who should have been caught is not: the persona that reads what the
// case sets is shown, although nothing names it.
func TestAFailureShowsTheRulesThatReadWhatTheCaseSets(t *testing.T) {
	r := run(t, "  - {name: x, contact: plain, set: {orders.returns_count: 2}, expect: {send: false}}\n")
	var out bytes.Buffer
	require.NoError(t, r.WriteText(&out, false))
	require.Contains(t, out.String(), "orders.returns_count / orders.count >= 0.6  false")
	require.NotContains(t, out.String(), "lately (Bought lately)")
}

func TestMachineFormats(t *testing.T) {
	r := run(t, "  - {name: good, contact: plain, expect: {send: true}}\n  - {name: 'bad <&>', contact: plain, expect: {send: false}}\n")
	var out bytes.Buffer
	require.NoError(t, r.WriteJSON(&out))
	var got struct {
		OK      bool `json:"ok"`
		Results []struct {
			Name   string
			Passed bool
			Misses []struct{ What, Expected, Got string }
		}
		Coverage struct {
			Percent float64
			Missing []struct{ Kind, File, Want string }
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.False(t, got.OK)
	require.Equal(t, "true", got.Results[1].Misses[0].Got)
	require.NotEmpty(t, got.Coverage.Missing)

	out.Reset()
	require.NoError(t, r.WriteJUnit(&out))
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(out.Bytes(), &suites))
	require.Equal(t, 2, suites.Tests)
	require.Equal(t, 1, suites.Failures)
	require.Equal(t, "bad <&>", suites.Suites[0].Cases[1].Name)
	require.Equal(t, "send: expected false, got true", suites.Suites[0].Cases[1].Failure.Message)
}
