package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// messageFlags say which send decisions are for. All verbs that decide for a
// whole audience have them.
type messageFlags struct {
	file, id, class, campaign, channel, category string
	tags                                         []string
}

func (f *messageFlags) add(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&f.file, "message", "", "a JSON file of the message: {\"class\": \"marketing\", …}")
	fs.StringVar(&f.id, "message-id", "", "message.id")
	fs.StringVar(&f.class, "class", "", "message.class: marketing, transactional, service, legal or research")
	fs.StringVar(&f.campaign, "campaign", "", "message.campaign")
	fs.StringVar(&f.channel, "channel", "", "message.channel")
	fs.StringVar(&f.category, "category", "", "message.category")
	fs.StringSliceVar(&f.tags, "tag", nil, "message.tags; may be given several times")
}

// body is the message as a body to lay over that of each contact; nil when
// nothing is said of it.
func (f *messageFlags) body(b *rules.Bundle) ([]byte, error) {
	message, err := f.read()
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"id": f.id, "class": f.class, "campaign": f.campaign, "channel": f.channel, "category": f.category,
	} {
		if value != "" {
			message[name] = value
		}
	}
	if len(f.tags) > 0 {
		message["tags"] = f.tags
	}
	if len(message) == 0 {
		return nil, nil
	}
	body, err := json.Marshal(map[string]any{"message": message})
	if err != nil {
		return nil, err
	}
	return body, checkMessage(b, body)
}

// read is the message that the file has: by itself, or within a body as the webhook
// takes it.
func (f *messageFlags) read() (map[string]any, error) {
	if f.file == "" {
		return map[string]any{}, nil
	}
	var message map[string]any
	src, err := os.ReadFile(f.file)
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), &message)
	}
	if err == nil && message == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return nil, failure(exitFailed, `it is one JSON object, as {"class": "marketing", "campaign": "spring"}`, "--message %s: %v", f.file, err)
	}
	if inner, ok := message["message"].(map[string]any); ok {
		message = inner
	}
	return message, nil
}

// checkMessage refuses values that no decision could use: over the webhook they
// would be unknown fields, here they are a slip of whoever types them.
func checkMessage(b *rules.Bundle, body []byte) error {
	layout := b.Layout()
	got := &facts.Facts{}
	if err := layout.DecodeJSON(body, got); err != nil {
		return failure(exitUsage, "a message is a JSON object of the fields that winnow fields message lists", "the message can't be read: %v", err)
	}
	for slot, field := range layout.Fields() {
		state := got.Slots[slot].State
		if state == facts.Absent || state == facts.Known || !strings.HasPrefix(field.Path, "message.") {
			continue
		}
		hint := "it is of type " + field.Type.String()
		if len(field.Enum) > 0 {
			hint = "use " + strings.Join(field.Enum, ", ")
		}
		return failure(exitUsage, hint, "%s has a value that can't be used (%s)", field.Path, strings.ReplaceAll(state.String(), "_", " "))
	}
	return nil
}

// noteClass says once on standard error that no row of a CSV file is told what its
// message is for, which every decision would have to say.
func (e *env) noteClass(src *audience.Reader, message []byte) {
	var said struct{ Message struct{ Class any } }
	if message != nil && json.Unmarshal(message, &said) == nil && said.Message.Class != nil {
		return
	}
	fills := func(c audience.Found) bool { return c.Field == "message.class" }
	if src.Format() == audience.CSV && !slices.ContainsFunc(src.Columns(), fills) {
		fmt.Fprintln(e.stderr, "no message has a class, so all are decided on as marketing: say --class marketing, or which it is")
	}
}
