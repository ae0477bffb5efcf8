package diag

// sourceEntries explains mistakes in files of sources.
func sourceEntries() []Entry {
	return []Entry{
		{UnknownPlatform, "unknown platform", `winnow has no adapter of that name. winnow connect lists those there are; generic serves any program that sends JSON.`},
		{UnknownScheme, "the platform does not sign so", `A scheme is how calls prove where they come from. Each platform has one or a few; a source must use one of them, or calls are refused all day.`},
		{SecretLiteral, "secret in the file", `Secrets stand in files of their own or in the environment, never here: this file is copied, reviewed and kept.

  wrong: secrets: [my-secret]
  right: secrets: [file:shop.secret]
  right: secrets: [env:SHOP_SECRET]`},
		{SecretNotFound, "secret not found", `The file or variable that should hold the secret is not there or empty. Paths are relative to the file of sources.`},
		{BadSecret, "secret can't be one of this scheme", `Each scheme has its own kind of secret: whsec_ and base64 for Standard Webhooks, user:password for basic, at least 16 characters for one in an address.`},
		{OpenSource, "source without verification", `With scheme: none anybody who finds the address may ask, and may use up caps and fill the log. Fine on a private network, and nowhere else.`},
		{BadURL, "bad public address", `public_url is scheme and host as platforms see them. Some signatures cover the address that was called, and Host headers can be anything.

  right: public_url: https://winnow.shop.example`},
		{BadPath, "bad path in a payload", `A path is keys with dots between, and indices in brackets.

  right: customer.id
  right: items[0].sku
  right: recipients[].email   (the first item that has one)
  right: data."first name"`},
		{UnknownSetting, "unknown setting", `The platform has no setting of that name. winnow connect PLATFORM lists them; what a body holds is told by mapping, defaults and set.`},
		{BadSetting, "bad setting", `The value can't be that setting's: it is of another kind, or none of the words there are.`},
		{DeadlineTooLong, "deadline beyond the platform's patience", `The platform gives up before winnow would answer. Then it does what it does without an answer, which may be to lose the contact.`},
		{NoRetry, "the platform does not ask again", `on_trouble: retry has a platform call again later. This one calls once: its contact would be lost.`},
		{PlainAddress, "address without TLS", `With http:// whoever is on the way reads the contacts and the secrets that prove a call, and can answer in winnow's place. Let a proxy with a certificate stand before winnow. At an API or a messenger that winnow calls, they read the contacts and the key. Addresses of this machine and of private networks are not warned about.

  wrong: public_url: http://winnow.shop.example
  right: public_url: https://winnow.shop.example`},
		{ShortSecret, "secret that can be guessed", `In a header or a password the secret itself is the proof, and nothing keeps a stranger from trying one after the other. Of 16 characters drawn at random nobody finds the right one.

  right: openssl rand -hex 16 > shop.secret`},
	}
}
