package workload

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// Purchase is one order of a Person.
type Purchase struct {
	Date     time.Time `json:"date"`
	Status   string    `json:"status"`
	Total    float64   `json:"total"`
	Discount float64   `json:"discount"`
	Category string    `json:"category"`
	Items    int       `json:"items"`
	SKU      string    `json:"sku"`
	Channel  string    `json:"channel"`
}

// Person is a contact as a Go programmer would decode it.
type Person struct {
	Contact struct {
		ID        string    `json:"id"`
		Email     string    `json:"email"`
		First     string    `json:"first_name"`
		Last      string    `json:"last_name"`
		Country   string    `json:"country"`
		Language  string    `json:"language"`
		CreatedAt time.Time `json:"created_at"`
		Tags      []string  `json:"tags"`
	} `json:"contact"`
	Message struct {
		Class string `json:"class"`
	} `json:"message"`
	Attributes struct {
		Tier       string  `json:"loyalty_tier"`
		Newsletter bool    `json:"newsletter"`
		NPS        int     `json:"nps"`
		Plan       string  `json:"plan"`
		LTV        float64 `json:"ltv"`
		Age        int     `json:"age"`
		Birthday   string  `json:"birthday"`
		City       string  `json:"city"`
		Source     string  `json:"source"`
	} `json:"attributes"`
	Data struct {
		Purchases []Purchase `json:"purchases"`
	} `json:"data"`
	Events struct {
		Complaints int       `json:"complaints"`
		Bounces    int       `json:"bounces"`
		Sends7     int       `json:"sends_7d"`
		Opens30    int       `json:"opens_30d"`
		Opens90    int       `json:"opens_90d"`
		Clicks30   int       `json:"clicks_30d"`
		Clicks90   int       `json:"clicks_90d"`
		CartAdds   int       `json:"cart_adds_7d"`
		PageViews  int       `json:"page_views_30d"`
		LastOpen   time.Time `json:"last_open"`
		LastClick  time.Time `json:"last_click"`
		LastVisit  time.Time `json:"last_visit"`
	} `json:"events"`
}

func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// People generates contacts that are the same on every run.
func People(n int) []Person {
	r := rand.New(rand.NewPCG(1, 2))
	day := func(back int) time.Time { return Now().Add(-time.Duration(r.IntN(back)+1) * 24 * time.Hour) }
	out := make([]Person, n)
	for i := range out {
		p := &out[i]
		c := &p.Contact
		c.ID, c.First, c.Last = fmt.Sprintf("c-%06d", i), pick(r, "Ada", "Grace", "Linus"), pick(r, "Nowak", "Jensen", "Tran")
		c.Email = fmt.Sprintf("person%d@%s", i, pick(r, "mail.example", "shop.example", "uni.edu", "rival.com", "mailinator.com"))
		c.Country, c.Language, c.CreatedAt = pick(r, "DE", "PL", "DK", "VN", "FR"), pick(r, "de", "pl", "da", "en"), day(900)
		c.Tags = []string{pick(r, "b2b", "b2c"), pick(r, "app", "web", "store"), pick(r, "advocate", "new", "old")}[:1+r.IntN(3)]
		p.Message.Class = "marketing"
		a := &p.Attributes
		a.Tier, a.Newsletter, a.NPS = pick(r, "gold", "silver", "none"), r.IntN(2) == 0, r.IntN(11)
		a.Plan, a.LTV, a.Age = pick(r, "free", "pro", "enterprise"), float64(r.IntN(90000))/100, 18+r.IntN(60)
		a.Birthday, a.City, a.Source = fmt.Sprintf("19%02d-%02d-14", 40+r.IntN(60), 1+r.IntN(12)), "Somewhere", "organic search"
		p.Data.Purchases = []Purchase{}
		for range r.IntN(9) {
			p.Data.Purchases = append(p.Data.Purchases, Purchase{
				day(400), pick(r, "paid", "returned", "paid"), float64(r.IntN(20000)) / 100,
				pick(r, 0.0, 0.25, 0.5), pick(r, "shoes", "bags", "coats"), 1 + r.IntN(4), fmt.Sprintf("SKU-%05d", r.IntN(99999)), "web",
			})
		}
		e := &p.Events
		e.Complaints, e.Bounces, e.Sends7, e.Opens30 = r.IntN(20)/19, r.IntN(4), r.IntN(7), r.IntN(5)
		e.Opens90, e.Clicks30, e.Clicks90, e.CartAdds, e.PageViews = r.IntN(30), r.IntN(5), r.IntN(12), r.IntN(3), r.IntN(50)
		e.LastOpen, e.LastClick, e.LastVisit = day(300), day(400), day(100)
	}
	return out
}

// Bodies are the people as request bodies.
func Bodies(people []Person) [][]byte {
	out := make([][]byte, len(people))
	for i := range people {
		b, err := json.Marshal(&people[i])
		if err != nil {
			panic(err) // the type has nothing that can fail
		}
		out[i] = b
	}
	return out
}
