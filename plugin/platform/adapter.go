package platform

import (
	"time"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Adapter is one platform at one source: what it sends and what it can read.
// Its methods are called from any number of goroutines. They get verified calls
// only, and keep nothing of what they are given.
type Adapter interface {
	// Decode reads what a call asks and adds it to asks: a body for each contact,
	// as /v1/decide takes it, and what tells a repeated call from a new one. An
	// error means that the call can't be understood. A call that asks for nothing
	// (the platform is being set up) leaves asks empty and is encoded then.
	Decode(c *Call, asks *Asks) error
	// Encode writes the decisions, in the order of the asks, as the platform can
	// read them. Each is the gate's, the owner's default, or has an error.
	Encode(c *Call, answers []Answer, r *Reply) error
	// Trouble writes what the platform is to get when there is no decision at
	// all, so that it does what the owner chose.
	Trouble(c *Call, t Trouble, r *Reply)
}

// Greeter is what an adapter may be besides: it answers calls that come without
// a signature, such as the HEAD and OPTIONS by which platforms try an address
// when they are set up. ok is false for all other calls. Nothing is decided.
type Greeter interface {
	Greet(c *Call, r *Reply) (ok bool)
}

// Rooted is what an adapter may be besides: its platform insists on addresses of
// its own, outside of /v1/in/NAME. They are absolute and end in a slash; a call
// below one of them has as Below all of its path but the first slash.
type Rooted interface {
	Roots() []string
}

// Platform is what an adapter package registers: one value, in one line of
// package platforms.
type Platform struct {
	Info
	// New makes the adapter of a source. An error names the setting at fault.
	New func(Setup) (Adapter, error)
	// Reacts says what the platform does with a reply, nil being none in time.
	// Tests of outages go by it, and winnow send shows it.
	Reacts func(*Reply) Reaction
	// Recipe is what is to be pasted or clicked at the platform, as Markdown.
	Recipe func(Recipe) string
}

// Info describes a platform.
type Info struct {
	// Name is what configuration calls it: "braze".
	Name string
	// Title is what people call it: "Braze Connected Content".
	Title string
	// Doc says in a few sentences how it asks and what it can read.
	Doc string
	// Schemes are the ways of signing that it has, the usual one first.
	Schemes []verify.ID
	// Tolerance is how far the time of a signed call may be from ours, unless the
	// source says; 0 means five minutes. A platform that repeats a call for hours
	// without signing it anew needs more.
	Tolerance time.Duration
	// Patience is how long it waits for an answer. A source's deadline must be
	// below it.
	Patience time.Duration
	// AsksAgain says that it calls again when it gets no good answer. Only then may
	// on_trouble be retry.
	AsksAgain bool
	// Tells says that its calls tell of what happened after a send, and ask for no
	// decision.
	Tells bool
	// HandsOver says that it hands finished messages over and forgets them: who
	// uses it needs a relay that delivers them.
	HandsOver bool
	// MaxBody is the size in bytes of its largest sensible call; 0 means 256 KiB.
	MaxBody int
	// Key says what a repeated call is known by.
	Key string
	// Mapping is where fields come from unless the source's configuration says
	// otherwise, field by field.
	Mapping []payload.Rule
	// Keep says that its calls are bodies already, over which the mapping is laid.
	Keep bool
	// Beside is the first key of paths to what comes beside a payload; the adapter
	// gives it to [Asks.MapBeside]. "" for none.
	Beside string
	// Settings are what sources may set besides.
	Settings []Setting
}

// Setup is what New makes an adapter of: a source's configuration, checked.
type Setup struct {
	// Name is the source's.
	Name string
	// PublicURL is where the platform reaches this source.
	PublicURL string
	// Mapping turns payloads into bodies: that of the platform, with the source's
	// own laid over it.
	Mapping *payload.Mapping
	// Settings are those of Info.Settings, each with a value.
	Settings Settings
	// Posture is what the owner wants in trouble.
	Posture Posture
}

// Recipe is what a recipe is written for.
type Recipe struct {
	// URL is where the platform reaches the source.
	URL string
	// Slots are the slots of the bundle.
	Slots []string
	// Fields are the paths of fields that the bundle reads.
	Fields []string
	// Source is the source's name.
	Source string
}

// Then is what becomes of a contact.
type Then string

// What platforms do with a reply, or without one.
const (
	// Sends: the message goes out, with what the reply chose.
	Sends Then = "sends"
	// SendsDefault: the message goes out with the platform's own default.
	SendsDefault Then = "sends its default"
	// HoldsBack: the contact does not get the message.
	HoldsBack Then = "holds back"
	// AsksAgain: it calls again later; the contact waits.
	AsksAgain Then = "asks again"
	// Loses: the contact is lost without a word, or ejected.
	Loses Then = "loses the contact"
	// UpToCaller: the caller is the owner's own program.
	UpToCaller Then = "is up to the caller"
)

// Reaction is what a platform does with a reply.
type Reaction struct {
	Then Then
	// Why says it in a sentence.
	Why string
}

// Because makes a reaction of it.
func (t Then) Because(why string) Reaction { return Reaction{Then: t, Why: why} }
