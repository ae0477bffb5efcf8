package library

// Pack is the entries for one kind of business.
type Pack struct {
	ID, Name, Doc string
	// Entries are persona ids. An entry may be in several packs.
	Entries []string
}

// Packs are the packs, in the order in which they are listed.
func Packs() []Pack {
	return []Pack{
		{"shop", "Shops", "Online shops and stores that sell to people", []string{
			"student-researcher", "fan-without-budget", "window-shopper", "outside-service-area", "no-common-language",
			"long-cycle-buyer", "negative-margin", "rare-small-orders", "class-cz", "serial-returner", "discount-only",
			"cart-coupon", "several-accounts", "payment-dispute", "several-problems", "open-complaint", "public-criticism",
			"just-refunded", "just-bought", "enough-mail", "no-store-nearby", "no-reaction", "job-seeker", "supplier",
			"own-people", "disposable-address", "role-mailbox", "age-unknown",
			"new-buyer", "valuable-city-customer", "slipping-customer", "vanished-store-buyer", "style-first",
			"practical-buyer", "clearance-buyer", "champion", "top-four-percent", "starts-small", "interest-and-language",
			"cart-reminder", "near-store", "one-question", "advocate", "welcome-back",
		}},
		{"b2b", "Business to business", "Firms that sell to firms, with meetings, deals and invoices", []string{
			"student-researcher", "trial-without-order", "no-common-language", "small-company", "large-company", "no-need",
			"cost-above-value", "service-heavy", "open-invoice", "several-problems", "open-complaint", "enough-mail",
			"busy-season", "stalled-deal", "competitor", "job-seeker", "supplier", "own-people", "disposable-address",
			"role-mailbox", "executive-reader", "thin-record",
			"champion", "top-four-percent", "starts-small", "slow-big-buyer", "small-dealer-hr", "interest-and-language",
			"trade-partner", "reframe-test", "advocate", "welcome-back",
		}},
		{"subscription", "Subscriptions", "Software, media and boxes that people pay for again and again; an order is a payment", []string{
			"student-researcher", "fan-without-budget", "trial-without-order", "outside-service-area", "no-common-language",
			"no-need", "cost-above-value", "service-heavy", "open-invoice", "several-accounts", "payment-dispute",
			"several-problems", "open-complaint", "public-criticism", "just-refunded", "enough-mail", "no-reaction",
			"competitor", "own-people", "disposable-address", "age-unknown",
			"slipping-customer", "champion", "top-four-percent", "starts-small", "slow-big-buyer", "one-question",
			"reframe-test", "advocate", "welcome-back",
		}},
		{"nonprofit", "Nonprofits", "Associations, museums and charities; an order is a gift or a ticket", []string{
			"outside-service-area", "no-common-language", "rare-small-orders", "open-complaint", "public-criticism",
			"just-refunded", "enough-mail", "no-store-nearby", "no-reaction", "job-seeker", "supplier", "own-people",
			"disposable-address", "role-mailbox", "age-unknown",
			"champion", "top-four-percent", "starts-small", "interest-and-language", "near-store", "advocate", "welcome-back",
		}},
	}
}

// PackOf is the pack of that name, or nil.
func PackOf(id string) *Pack {
	for _, p := range Packs() {
		if p.ID == id {
			return &p
		}
	}
	return nil
}
