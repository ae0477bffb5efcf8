package screen

import "github.com/winnow-gate/winnow/rules"

// Counts says what became of rows.
type Counts struct {
	Rows     int64 `json:"rows"` // decided
	Sent     int64 `json:"sent"`
	Rejected int64 `json:"rejected"` // could not be read
	// Outcomes are the decided rows by rules.Decision.Outcome, in the order in
	// which they first came.
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome is a word and how often it came.
type Outcome struct {
	Word string `json:"word"`
	N    int64  `json:"n"`
}

func (c *Counts) reset() { *c = Counts{Outcomes: c.Outcomes[:0]} }

func (c *Counts) add(d *rules.Decision) {
	c.Rows++
	if d.Send {
		c.Sent++
	}
	c.count(d.Outcome(), 1)
}

func (c *Counts) count(word string, n int64) {
	for i := range c.Outcomes {
		if c.Outcomes[i].Word == word {
			c.Outcomes[i].N += n
			return
		}
	}
	c.Outcomes = append(c.Outcomes, Outcome{word, n})
}

// Add adds the counts of a part.
func (c *Counts) Add(part *Counts) {
	c.Rows += part.Rows
	c.Sent += part.Sent
	c.Rejected += part.Rejected
	for _, o := range part.Outcomes {
		c.count(o.Word, o.N)
	}
}
