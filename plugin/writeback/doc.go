// Package writeback carries decisions to platforms that do not read answers.
// Klaviyo, Mautic, Brevo, ActiveCampaign, SALESmanago and Mailchimp call a
// webhook and drop what it says; the next step of their journey can only branch
// on fields of the contact. So winnow writes the decision into such fields
// through the platform's API, while the journey waits.
//
// # What it promises
//
// A write is durable when Put returns. It is made at least once, and since a
// write sets fields to values, twice is as good as once. Of several decisions
// about one contact the latest one wins; those in between are never sent. What
// the platform refuses for good becomes a dead letter that people can list, see,
// send again and drop. Memory is bounded by the number of requests under way,
// whatever the queue holds.
//
// # How fast
//
// A platform's Plan states its documented limits; no window of time ever sees
// more requests than that. 429 makes the whole target wait as long as the
// platform asks. Trouble that is not about one contact (5xx, no connection, a
// rejected key) slows the target down with doubling, jittered pauses and loses
// nothing: a write that is older than MaxAge by then becomes a dead letter,
// since the journey it was for has moved on.
//
// # What it never does
//
// It never clears an opt-out of the platform, and never writes a suppression by
// a persona as a legal unsubscribe unless the owner asks for just that: the two
// are different things, and only one of them is the contact's own word.
//
// # What stays open
//
// HTTP can't tell a request that was lost from an answer that was lost. After a
// time-out the next write of that contact waits at least as long as the time-out
// was, so that a late request lands before it and not on top of it.
package writeback
