// Package lists knows things about addresses and values that a rule cannot
// work out by itself: whether a domain belongs to a university, hands out
// throwaway mailboxes or free ones, whether an address is a role rather than a
// person, and whether a value stands in a list of millions that the owner
// brings.
//
// # Address knowledge
//
// [Knowledge] answers from lists that others keep well, vendored in data/ with
// their licences; data/sources.json names the package, version, licence and
// date of each. What an answer means:
//
//   - Academic: the domain or one above it is in swot's list of institutions or
//     of academic zones, and neither it nor one above it is in swot's stop list
//     (alumni, look-alikes). The zones edu, ac.ae
//     and edu.bn are added. swot's list of
//     abused domains is left out on purpose: it says where licences were
//     obtained by fraud, and holds real universities.
//   - Disposable: the domain or one above it is in the block list. A privacy
//     relay never is, and neither is a provider of free mailboxes.
//   - Free: exactly this domain lets anybody open a mailbox. Providers' own
//     subdomains are not mailboxes, so they do not count.
//   - Relay: the domain or one above it forwards to a mailbox that the person
//     reads (Firefox Relay, SimpleLogin, DuckDuckGo …). Hide My Email of iCloud+
//     and masked addresses of Fastmail live on the providers' ordinary domains:
//     nobody can tell them apart, and they count as free, not as disposable.
//   - Role: the part before the @ names a job or a mailing list, not a person.
//     A tag (sales+de@) does not count.
//
// A question may be asked of an address, of an address with a display name, of
// a domain or of a URL. Case, outer spaces, a final dot and the spelling of an
// international domain do not count. What is none of these gets false.
//
// # User lists
//
// [ReadSet] reads a list of plain values, or of keyed hashes where the values
// themselves must not be kept. [Set] says what counts as equal.
package lists
