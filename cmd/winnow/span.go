package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// span is a length of time as a flag: 7d, as rules write it, or any Go duration.
type span time.Duration

func (s *span) Set(text string) error {
	d, err := parseSpan(text)
	if err != nil || d <= 0 {
		return wanted("write it as 7d or 36h, above 0")
	}
	*s = span(d)
	return nil
}

func (s *span) String() string {
	const day = 24 * time.Hour
	if d := time.Duration(*s); d == 0 || d%day != 0 {
		return d.String()
	}
	return fmt.Sprintf("%dd", time.Duration(*s)/day)
}

// Type names the value in the help.
func (s *span) Type() string { return "span" }

func sinceFlag(cmd *cobra.Command, since *time.Duration) {
	cmd.Flags().Var((*span)(since), "since", "how far to look back, as in 7d or 36h")
}

func parseSpan(text string) (time.Duration, error) {
	days := time.Duration(1)
	if rest, ok := strings.CutSuffix(text, "d"); ok {
		text, days = rest+"h", 24
	}
	d, err := time.ParseDuration(text)
	if err == nil && d.Abs() > math.MaxInt64/days {
		err = errors.New("longer than 292 years")
	}
	return d * days, err
}
