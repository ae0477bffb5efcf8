package salesmanago

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

var _ writeback.Resolver = (*API)(nil)

// Resolve implements writeback.Resolver: it lays what the rule sent into one
// document with what contact/listById knows, as rule and contact, and maps that.
func (a *API) Resolve(ctx context.Context, c *writeback.Client, w writeback.Write) ([]byte, error) {
	if w.Contact.ID == "" {
		return nil, &writeback.Trouble{Kind: writeback.Refused, Text: "the rule sent no contactId"}
	}
	r, err := a.call(ctx, c, "/api/contact/listById", map[string]any{"contactId": []string{w.Contact.ID}})
	if err != nil {
		return nil, err
	}
	if len(r.Contacts) == 0 {
		return nil, &writeback.Trouble{Kind: writeback.Refused, Text: "SALESmanago has no such contact"}
	}
	doc, err := merge(w.Ask, r.Contacts[0])
	if err != nil {
		return nil, &writeback.Trouble{Kind: writeback.Later, Text: "SALESmanago's answer can't be read"}
	}
	return a.mapper().Append(nil, doc)
}

func (a *API) mapper() platform.Mapper {
	if a.Mapping == nil {
		return copies{}
	}
	return a.Mapping
}

type copies struct{}

func (copies) Append(dst, doc []byte) ([]byte, error) { return append(dst, doc...), nil }

// found is what is read of a contact.
type found struct {
	OptedOut *bool `json:"optedOut"`
	Score    *int  `json:"score"`
	Tags     []struct {
		Tag, TagName string
	} `json:"contactTags"`
	Properties []struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	} `json:"properties"`
	Company string `json:"company"`
	Address struct {
		City, Country string
	} `json:"address"`
}

// merge makes one document: what the rule sent, and the contact's tags, details
// by name, score, address and consent.
func merge(ask, contact []byte) ([]byte, error) {
	doc := map[string]any{}
	if err := json.Unmarshal(ask, &doc); err != nil {
		return nil, err
	}
	var f found
	if err := json.Unmarshal(contact, &f); err != nil {
		return nil, err
	}
	var tags []string
	for _, t := range f.Tags {
		tag := t.Tag
		if tag == "" {
			tag = t.TagName
		}
		if tag = strings.ToUpper(tag); tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	details := map[string]any{}
	for _, p := range f.Properties {
		details[p.Name] = p.Value
	}
	doc["tags"], doc["details"], doc["city"], doc["country"] = tags, details, text(f.Address.City), text(f.Address.Country)
	if f.Score != nil {
		doc["score"] = *f.Score
	}
	if f.OptedOut != nil {
		doc["opted_in"] = !*f.OptedOut
	}
	return json.Marshal(doc)
}

// text is nil for a text that says nothing.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}
