package format

import "github.com/winnow-gate/winnow/rules/diag"

// Persona is a documented type of person: its card and its condition.
type Persona struct {
	At          diag.Place
	ID          Text       `yaml:"id" required:"true" doc:"Stable name, as in serial-returner"`
	Kind        Text       `yaml:"kind" required:"true" enum:"negative,positive" doc:"negative may hold a contact back; positive picks content and protects"`
	Name        Text       `yaml:"name" required:"true" doc:"Neutral name for people"`
	Reason      *Text      `yaml:"reason" doc:"Neutral sentence that explains the decision to the contact"`
	Why         *Text      `yaml:"why" enum:"wont_buy,not_for_them,wont_be_satisfied" doc:"Why we do not market to them"`
	OurLimit    *Text      `yaml:"our_limit" doc:"What our offer lacks for them"`
	When        *Condition `yaml:"when" required:"true" doc:"Condition; write always to mean everyone"`
	Unless      *Condition `yaml:"unless" doc:"Exception that protects from this persona"`
	ReleaseWhen *Condition `yaml:"release_when" doc:"Once matched, the persona holds until this is true"`
	Action      *Action    `yaml:"action" doc:"suppress, hold: 7d, reroute: [social], cap: 1 per 30d, ask: [field], pin: {slot: variant}"`
	Holdout     *Percent   `yaml:"holdout" doc:"Share sent to anyway, to measure what suppressing costs"`
	Mode        *Mode      `yaml:"mode" doc:"observe, canary: 10%, or enforce (default)"`
	Classes     []Text     `yaml:"classes" some:"true" enum:"marketing,transactional,service,legal,research" doc:"Message classes it may hold back; default marketing only"`
	Messages    *Condition `yaml:"messages" doc:"The persona is asked only for messages for which this is true"`
	OnUnknown   *Text      `yaml:"on_unknown" enum:"pass,match,ask" doc:"What missing data does; default pass"`
	OnError     *Text      `yaml:"on_error" enum:"pass,match" doc:"What an error of the rule does; default pass"`
	ReviewBy    *Moment    `yaml:"review_by" doc:"Date by which people look at it again; 30 days later it only observes"`
	Owner       *Text      `yaml:"owner" doc:"Who answers for it"`
	Status      *Text      `yaml:"status" enum:"draft,interviewed,approved,review" doc:"Where the card stands: a draft, talked about with those it is about, approved, or under review again"`
	Effect      *Text      `yaml:"effect" enum:"low,significant" doc:"Effect on the person; significant (credit, insurance, work, housing, health, education) needs a human"`
	Basis       *Text      `yaml:"basis" doc:"Lawful basis and its assessment"`
	Legal       *Text      `yaml:"legal" doc:"Legal note: what the law says about leaving them out"`
	FalsePos    []Text     `yaml:"false_positives" doc:"Who is known to be matched by mistake"`
	Contrasts   []Text     `yaml:"contrasts_with" doc:"Ids of other personas that this one is easily taken for"`
	Evidence    []Evidence `yaml:"evidence" doc:"What it rests on"`

	// The rest of the card is for people: no decision reads it.

	Scope       *Scope          `yaml:"scope" doc:"Whom and what the card is about; used elsewhere it may be wrong"`
	Story       *Text           `yaml:"story" doc:"Who they are, in a few sentences: what they do, want and try"`
	Harm        *Text           `yaml:"harm" doc:"What goes wrong when we write to them all the same"`
	Alternative *Text           `yaml:"alternative" doc:"Where they are welcome instead: a channel, a product, another firm"`
	Substitute  *Text           `yaml:"substitute" doc:"What they use instead of our offer"`
	BuyingStyle *Text           `yaml:"buying_style" enum:"researcher,impulsive,mixed" doc:"How they decide: after research, on impulse, or both"`
	Use         *Text           `yaml:"use" doc:"How they use the product"`
	Habits      []Text          `yaml:"habits" doc:"What they do, as anybody could see it"`
	Needs       []Text          `yaml:"needs" doc:"What they need"`
	Fears       []Text          `yaml:"fears" doc:"What they are afraid of"`
	Inhibitions []Text          `yaml:"inhibitions" doc:"What keeps them from using or understanding the offer"`
	Triggers    []Text          `yaml:"triggers" doc:"What makes them buy"`
	Stops       []Text          `yaml:"stops" doc:"What makes them break off"`
	Channels    []Text          `yaml:"channels" doc:"Where they may be met: email, sms, store, social, community …"`
	Quotes      []Entry[[]Text] `yaml:"quotes" doc:"Their own words, by topic: trigger, criteria, result, alternatives, choice, importance, feelings, risks …"`
	Answers     []Entry[Text]   `yaml:"answers" doc:"Answers to the questions of winnow persona new, by the question's id"`
	ReviewEvery *Duration       `yaml:"review_every" doc:"How long a review lasts, as in 90d: the next review_by is so much later"`
	Changelog   []Change        `yaml:"changelog" doc:"What changed on the card, newest last"`
	Waive       []Waiver        `yaml:"waive" doc:"Lint rules that do not apply to this persona, each with the reason"`
}

// Scope says where a card holds. What is left out is not limited.
type Scope struct {
	At        diag.Place
	Of        *Text  `yaml:"of" enum:"buyer,user,partner" doc:"Who buys (default), who uses what others bought, or who sells with us"`
	Markets   []Text `yaml:"markets" enum:"b2c,b2b,b2g,nonprofit" doc:"Kinds of business it was made for"`
	Products  []Text `yaml:"products" doc:"Products or categories it was made for"`
	Occasions []Text `yaml:"occasions" doc:"Occasions it was made for, as in gift, renewal, season"`
}

// Change is one line of a card's history.
type Change struct {
	At   diag.Place
	Date *Moment `yaml:"date" required:"true" doc:"When"`
	By   *Text   `yaml:"by" doc:"Who"`
	Note Text    `yaml:"note" required:"true" doc:"What changed, and why"`
}

// Evidence is one thing a persona rests on.
type Evidence struct {
	At    diag.Place
	Team  Text    `yaml:"team" required:"true" doc:"Who found it: marketing, sales, service, executives, customers, finance …"`
	Kind  Text    `yaml:"kind" required:"true" doc:"interview, ledger, survey, staff_pick …"`
	Count *Number `yaml:"count" doc:"How many cases"`
	Date  *Moment `yaml:"date" doc:"When"`
	Note  *Text   `yaml:"note" doc:"What was found"`
	Link  *Text   `yaml:"link" doc:"Where it is written down"`
}
