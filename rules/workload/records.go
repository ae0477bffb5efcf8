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

// Record is how a platform posts people when it does not let the sender write the
// body: the values as flat texts under names of its own, the purchases as JSON in
// a text, beside what the call is about.
type Record struct {
	below string // the path that leads to the values, with its dot
	frame string // the payload: %[1]d is the call, %[2]q the contact's id, %[3]s the values
}

// The records of platforms, as they document them.
var (
	HubSpot = Record{
		below: "object.properties.",
		frame: `{"callbackId":"ap-102670506-56776413549-7-%[1]d",` +
			`"origin":{"portalId":102670506,"actionDefinitionId":10646377,"actionDefinitionVersion":1},` +
			`"context":{"source":"WORKFLOWS","workflowId":192814114},` +
			`"object":{"objectId":%[2]q,"objectType":"CONTACT","properties":{%[3]s}},` +
			`"inputFields":{"campaign":"autumn","message_class":"marketing"}}`,
	}
	Iterable = Record{
		frame: `{"userId":%[2]q,"campaignId":"autumn","class":"marketing",%[3]s}`,
	}
	Salesforce = Record{
		below: "inArguments[].",
		frame: `{"inArguments":[{"contactKey":%[2]q,"campaign":"autumn","message_class":"marketing",%[3]s}],"outArguments":[],` +
			`"activityObjectID":"a-1","journeyId":"j-1","activityId":"a-1","definitionInstanceId":"d-1",` +
			`"activityInstanceId":"i-%[1]d","keyValue":%[2]q,"mode":0}`,
	}
)

// Paths are the fields that the rules read, each with its path in the record.
// Email, id, class and campaign are there too, where the platform has them.
func (r Record) Paths() (list [][2]string) {
	for _, p := range properties() {
		if p.field != "" {
			list = append(list, [2]string{p.field, r.below + p.name})
		}
	}
	return list
}

// Bodies are the people as records.
func (r Record) Bodies(people []Person) [][]byte {
	out := make([][]byte, len(people))
	for i := range people {
		p := &people[i]
		values := fmt.Appendf(nil, `"email":%q`, p.Contact.Email)
		for _, prop := range properties() {
			text, err := json.Marshal(prop.text(p))
			if err != nil {
				panic(err) // it is a text
			}
			values = fmt.Appendf(values, `,%q:%s`, prop.name, text)
		}
		out[i] = fmt.Appendf(nil, r.frame, i, p.Contact.ID, values)
	}
	return out
}

// Events are the people as CloudEvents in structured mode: a body in each.
func Events(people []Person) [][]byte {
	out := Bodies(people)
	for i, body := range out {
		out[i] = fmt.Appendf(nil, `{"specversion":"1.0","id":"e-%d","source":"/shop/crm","type":"example.shop.send",`+
			`"time":"2026-11-22T12:00:00Z","datacontenttype":"application/json","data":%s}`, i, body)
	}
	return out
}
