package facts

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

// The workload is a contact of about 1.2 KB: id, email, names, country,
// language, nine attributes, one to four tags, up to eight orders of eight
// fields and twelve counts of events.

type workBody struct {
	Contact workContact    `json:"contact"`
	Orders  workOrders     `json:"orders"`
	Events  workEngagement `json:"engagement"`
	Web     workWeb        `json:"web"`
}

type workContact struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  struct {
		Given  string `json:"given"`
		Family string `json:"family"`
	} `json:"name"`
	Country        string   `json:"country"`
	Language       string   `json:"language"`
	Market         string   `json:"market"`
	JobTitle       string   `json:"job_title"`
	Department     string   `json:"department"`
	Company        string   `json:"company"`
	CompanySize    int64    `json:"company_size"`
	Industry       string   `json:"industry"`
	Timezone       string   `json:"timezone"`
	LifecycleStage string   `json:"lifecycle_stage"`
	CreatedAt      string   `json:"created_at"`
	Tags           []string `json:"tags"`
}

type workOrders struct {
	History []workOrder `json:"history"`
}

type workOrder struct {
	ID       string  `json:"id"`
	At       string  `json:"at"`
	Total    float64 `json:"total"`
	Items    int64   `json:"items"`
	Discount float64 `json:"discount"`
	Category string  `json:"category"`
	Channel  string  `json:"channel"`
	Returned bool    `json:"returned"`
}

type workEngagement struct {
	Sent        int64  `json:"sent_90d"`
	Opens       int64  `json:"opens_90d"`
	Clicks      int64  `json:"clicks_90d"`
	HardBounces int64  `json:"hard_bounces"`
	Complaints  int64  `json:"complaints"`
	LastClickAt string `json:"last_click_at"`
}

type workWeb struct {
	Sessions int64  `json:"sessions_30d"`
	Views    int64  `json:"product_views_90d"`
	Pricing  int64  `json:"pricing_views_90d"`
	DemoSeen bool   `json:"demo_seen"`
	Wishlist int64  `json:"wishlist"`
	LastSeen string `json:"last_seen_at"`
}

func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

// workInstant is text, so that a decoder into structs need not read it as a
// time: facts does.
func workInstant(r *rand.Rand) string {
	return time.Unix(1_600_000_000+r.Int64N(190_000_000), 0).UTC().Format(time.RFC3339)
}

func randomBody(r *rand.Rand) workBody {
	var b workBody
	c := &b.Contact
	c.Name.Given = pick(r, "Anna", "Jens", "Linh", "Olga", "Żaneta", "Christopher")
	c.Name.Family = pick(r, "Nowak", "Sørensen", "Nguyen", "Ivanova", "Featherstonehaugh")
	c.ID = fmt.Sprintf("c-%06d", r.IntN(1e6))
	c.Email = fmt.Sprintf("person%d@%s", r.IntN(1e6), pick(r, "gmail.com", "firm.example", "uni.edu.pl"))
	c.Country, c.Language = pick(r, "PL", "DK", "VN", "GB"), pick(r, "pl", "da", "vi", "en")
	c.Market, c.Department = pick(r, "b2b", "b2c"), pick(r, "marketing", "hr", "purchasing")
	c.JobTitle, c.Industry = pick(r, "Head of Marketing", "Buyer"), pick(r, "automotive", "retail", "software")
	c.Company, c.CompanySize = pick(r, "Example Sp. z o.o.", "Firma A/S"), r.Int64N(5000)
	c.Timezone, c.LifecycleStage = "Europe/Warsaw", pick(r, "lead", "customer", "subscriber")
	c.CreatedAt = workInstant(r)
	for range 1 + r.IntN(4) {
		c.Tags = append(c.Tags, pick(r, "vip", "newsletter", "supplier", "early-adopter"))
	}
	b.Orders.History = make([]workOrder, r.IntN(9))
	for i := range b.Orders.History {
		b.Orders.History[i] = workOrder{
			ID: fmt.Sprintf("o-%d", r.IntN(1e6)), At: workInstant(r), Total: float64(r.IntN(50000)) / 100, Items: r.Int64N(9),
			Discount: float64(r.IntN(50)) / 100, Category: pick(r, "shoes", "garden", "car_care"),
			Channel: pick(r, "online", "store"), Returned: r.IntN(5) == 0,
		}
	}
	b.Events = workEngagement{r.Int64N(40), r.Int64N(30), r.Int64N(20), r.Int64N(2), r.Int64N(2), workInstant(r)}
	b.Web = workWeb{r.Int64N(30), r.Int64N(50), r.Int64N(5), r.IntN(2) == 0, r.Int64N(9), workInstant(r)}
	return b
}

// workload is 256 bodies, the same each time.
func workload(t testing.TB) [][]byte {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	bodies := make([][]byte, 256)
	size := 0
	for i := range bodies {
		var err error
		bodies[i], err = json.Marshal(randomBody(r))
		require.NoError(t, err)
		size += len(bodies[i])
	}
	require.InDelta(t, 1250, size/len(bodies), 100, "mean bytes of a body")
	return bodies
}

// workPaths are the fields of the workload; the first workFew of them are what
// a bundle of 25 rules might read.
func workPaths() []string {
	return []string{
		"contact.email", "contact.country", "contact.language", "contact.market", "contact.company_size", "contact.created_at",
		"contact.tags", "orders.history", "engagement.sent_90d", "engagement.clicks_90d", "engagement.last_click_at",
		"web.pricing_views_90d",
		"contact.id", "contact.name.given", "contact.name.family", "contact.job_title", "contact.department", "contact.company",
		"contact.industry", "contact.timezone", "contact.lifecycle_stage", "engagement.opens_90d", "engagement.hard_bounces",
		"engagement.complaints", "web.sessions_30d", "web.product_views_90d", "web.demo_seen", "web.wishlist", "web.last_seen_at",
	}
}

const workFew = 12

func workLayout(t testing.TB, paths []string) *Layout {
	t.Helper()
	s, err := field.New(field.Canonical())
	require.NoError(t, err)
	var fields []field.Field
	for _, p := range paths {
		f, ok := s.Lookup(p)
		require.True(t, ok, p)
		fields = append(fields, *f)
	}
	return layoutOf(t, fields)
}
