package field

func person() []Field {
	return []Field{
		id("contact.id", "the platform's id of the contact; kept as it is, because decisions are looked up by it"),
		text("contact.email", "address of the contact", hashed),
		flag("contact.email_verified", "whether the address was confirmed"),
		text("contact.phone", "phone number, E.164 (+48123456789)", hashed),
		text("contact.name.given", "given name", dropped),
		text("contact.name.family", "family name", dropped),
		text("contact.name.full", "full name as written", dropped),
		whole("contact.birth_year", "year of birth", atLeast(1850), atMost(2150), protected),
		instant("contact.birth_date", "date of birth", dropped, protected),
		text("contact.gender", "gender as declared", protected),
		text("contact.marital_status", "marital status as declared", protected),
		text("contact.locale", "language and region, BCP 47 (pl-PL)"),
		text("contact.language", "language the contact reads, as messages name it (pl)"),
		text("contact.timezone", "time zone, IANA (Europe/Warsaw)"),
	}
}

func place() []Field {
	return []Field{
		text("contact.country", "country as the sender's rules name it, usually the ISO 3166 code (PL)"),
		text("contact.city", "city"),
		count("contact.city_population", "people living in the city"),
		amount("contact.store_km", "distance to the nearest store in km, coarse"),
		count("contact.accounts_at_address", "accounts that share the postal address"),
		text("contact.address.street", "street and number", dropped),
		text("contact.address.city", "city of the postal address"),
		text("contact.address.region", "region or state, by name"),
		text("contact.address.region_code", "region or state, by code (CA)"),
		text("contact.address.postal_code", "postal code", dropped),
		text("contact.address.country", "country, by name (Poland)"),
		text("contact.address.country_code", "country, ISO 3166 alpha-2 (PL)"),
	}
}

func work() []Field {
	return []Field{
		text("contact.market", "whether a business, a consumer or a public body buys", oneOf("b2b", "b2c", "b2g")),
		text("contact.job_title", "title at work"),
		text("contact.department", "department at work"),
		text("contact.company", "company by name"),
		count("contact.company_size", "people employed by the company"),
		text("contact.industry", "industry of the company"),
		declare("contact.busy_months", ListOf(Int), "months (1 to 12) in which the contact has no time", nil),
		text("contact.organization.name", "organization by name"),
		id("contact.organization.id", "the platform's id of the organization"),
		text("contact.organization.domain", "internet domain of the organization"),
		text("contact.organization.industry", "industry of the organization"),
		count("contact.organization.employees", "people employed by the organization"),
		number("contact.organization.annual_revenue", "revenue a year, in the sender's currency"),
	}
}

func standing() []Field {
	return []Field{
		text("contact.lifecycle_stage", "stage as the platform names it (lead, customer)"),
		texts("contact.personas", "personas that the platform has given the contact"),
		texts("contact.tags", "tags of the contact"),
		instant("contact.created_at", "when the contact was first known"),
		instant("contact.updated_at", "when the contact was last changed"),
		declare("contact.suppressions", ListOfObjects(
			Member{"channel", String}, Member{"reason", String}, Member{"at", Time}, Member{"list_id", ID},
		), "why the platform itself does not send: HARD_BOUNCE, SPAM_COMPLAINT, UNSUBSCRIBE …", nil),
		count("contact.bounces.count", "mails that came back"),
		text("contact.bounces.last_reason", "why the last mail came back"),
	}
}

func externalIDs() []Field {
	systems := []string{
		"anonymous", "customerio", "hubspot", "klaviyo", "listmonk", "mailchimp", "mautic", "salesforce", "segment", "shopify",
	}
	out := make([]Field, len(systems))
	for i, s := range systems {
		out[i] = id("contact.external_ids."+s, "the contact's id in "+s)
	}
	return out
}

func consent() []Field {
	return []Field{
		flag("consent.marketing", "agreed to marketing"),
		flag("consent.newsletter", "agreed to the newsletter"),
		text("consent.basis", "legal basis of marketing (consent, soft_opt_in, legitimate_interest, contract)"),
		flag("consent.objects_marketing", "objected to marketing"),
		flag("consent.objects_profiling", "objected to profiling"),
		text("consent.preferred_channel", "channel the contact prefers"),
		texts("consent.topics_out", "topics the contact opted out of"),
		updated("consent"),
	}
}

func consentChannels() []Field {
	channels := []string{"email", "sms", "phone", "push", "post", "whatsapp"}
	var out []Field
	for _, c := range channels {
		group := "consent." + c
		out = append(
			out,
			text(group+".state", "consent for "+c+" as the platform names it (subscribed, pending, unsubscribed)"),
			text(group+".opt_in_level", "how it was given (single_opt_in, confirmed_opt_in)"),
			text(group+".source", "where it was given"),
			instant(group+".updated_at", "when it was given or withdrawn"),
		)
	}
	return out
}

func prefs() []Field {
	return []Field{
		texts("prefs.interests", "interests that the contact declared"),
		text("prefs.style", "style that the contact prefers"),
		text("prefs.car_brand", "brand of the contact's car"),
		updated("prefs"),
	}
}

func message() []Field {
	return []Field{
		id("message.id", "the platform's id of the send"),
		text("message.class", "what kind of message it is, in law", oneOf("marketing", "transactional", "service", "legal", "research")),
		id("message.campaign", "campaign the message belongs to"),
		text("message.channel", "channel it goes out on (email, sms, push)"),
		texts("message.tags", "tags of the message"),
		text("message.category", "product category it is about"),
		texts("message.languages", "languages it is available in"),
		texts("message.countries", "countries it is meant for"),
		whole("message.min_age", "legal age for what it offers, in years; 0 for none", atLeast(0), atMost(150)),
		amount("message.price", "price of what it offers"),
		instant("message.send_at", "when it is to go out"),
		updated("message"),
	}
}
