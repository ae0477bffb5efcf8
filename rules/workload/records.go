package workload

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// property is one value of a Person in a Record: which field it is, "" when no
// rule reads it, what the records call it, and its text.
type property struct {
	field, name string
	text        func(p *Person) string
}

func properties() []property {
	number := func(f func(p *Person) int) func(p *Person) string {
		return func(p *Person) string { return strconv.Itoa(f(p)) }
	}
	date := func(f func(p *Person) time.Time) func(p *Person) string {
		return func(p *Person) string { return f(p).Format(time.RFC3339) }
	}
	return []property{
		{"", "firstname", func(p *Person) string { return p.Contact.First }},
		{"", "lastname", func(p *Person) string { return p.Contact.Last }},
		{"contact.country", "country_code", func(p *Person) string { return p.Contact.Country }},
		{"contact.language", "hs_language", func(p *Person) string { return p.Contact.Language }},
		{"contact.created_at", "createdate", date(func(p *Person) time.Time { return p.Contact.CreatedAt })},
		{"contact.tags", "segments", func(p *Person) string { return strings.Join(p.Contact.Tags, ";") }},
		{"attributes.loyalty_tier", "loyalty_tier", func(p *Person) string { return p.Attributes.Tier }},
		{"attributes.newsletter", "newsletter", func(p *Person) string { return strconv.FormatBool(p.Attributes.Newsletter) }},
		{"attributes.nps", "nps_score", number(func(p *Person) int { return p.Attributes.NPS })},
		{"attributes.plan", "plan", func(p *Person) string { return p.Attributes.Plan }},
		{"attributes.ltv", "lifetime_value", func(p *Person) string { return strconv.FormatFloat(p.Attributes.LTV, 'f', -1, 64) }},
		{"attributes.age", "age", number(func(p *Person) int { return p.Attributes.Age })},
		{"attributes.birthday", "date_of_birth", func(p *Person) string { return p.Attributes.Birthday }},
		{"", "city", func(p *Person) string { return p.Attributes.City }},
		{"", "hs_analytics_source", func(p *Person) string { return p.Attributes.Source }},
		{"events.complaints", "complaints", number(func(p *Person) int { return p.Events.Complaints })},
		{"events.bounces", "hs_email_bounce", number(func(p *Person) int { return p.Events.Bounces })},
		{"events.sends_7d", "sends_7d", number(func(p *Person) int { return p.Events.Sends7 })},
		{"events.opens_30d", "opens_30d", number(func(p *Person) int { return p.Events.Opens30 })},
		{"events.opens_90d", "opens_90d", number(func(p *Person) int { return p.Events.Opens90 })},
		{"events.clicks_30d", "clicks_30d", number(func(p *Person) int { return p.Events.Clicks30 })},
		{"events.clicks_90d", "clicks_90d", number(func(p *Person) int { return p.Events.Clicks90 })},
		{"events.cart_adds_7d", "cart_adds_7d", number(func(p *Person) int { return p.Events.CartAdds })},
		{"events.page_views_30d", "hs_analytics_num_page_views", number(func(p *Person) int { return p.Events.PageViews })},
		{"events.last_open", "hs_email_last_open_date", date(func(p *Person) time.Time { return p.Events.LastOpen })},
		{"events.last_click", "hs_email_last_click_date", date(func(p *Person) time.Time { return p.Events.LastClick })},
		{"data.purchases", "purchases", func(p *Person) string {
			text, err := json.Marshal(p.Data.Purchases)
			if err != nil {
				panic(err) // the type has nothing that can fail
			}
			return string(text)
		}},
	}
}

// RecordPaths are the fields that the rules read, each with its path in a Record.
// Email, id, class and campaign are there too, where HubSpot has them.
func RecordPaths() (list [][2]string) {
	for _, p := range properties() {
		if p.field != "" {
			list = append(list, [2]string{p.field, "object.properties." + p.name})
		}
	}
	return list
}

// Records are the people as a CRM posts them to a workflow's action: the values
// as flat texts under names of its own, the purchases as JSON in a text, beside
// what the call is about.
func Records(people []Person) [][]byte {
	out := make([][]byte, len(people))
	for i := range people {
		p := &people[i]
		var b []byte
		b = fmt.Appendf(b, `{"callbackId":"ap-102670506-56776413549-7-%d","origin":{"portalId":102670506,"actionDefinitionId":10646377,"actionDefinitionVersion":1},`, i)
		b = fmt.Appendf(b, `"context":{"source":"WORKFLOWS","workflowId":192814114},"object":{"objectId":%q,"objectType":"CONTACT","properties":{"email":%q`, p.Contact.ID, p.Contact.Email)
		for _, prop := range properties() {
			text, err := json.Marshal(prop.text(p))
			if err != nil {
				panic(err) // it is a text
			}
			b = fmt.Appendf(b, `,%q:%s`, prop.name, text)
		}
		out[i] = append(b, `}},"inputFields":{"campaign":"autumn","message_class":"marketing"}}`...)
	}
	return out
}
