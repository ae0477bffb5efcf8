package census

import "slices"

// Repeats counts the rows about a contact whom another row is about, too. Exports
// that were put together hold people twice, and then every share counts them
// twice and a platform may write to them twice.
type Repeats struct {
	seen []uint64 // hashes of all contacts: eight bytes each
}

// Add notes whom a row is about; nobody is passed over.
func (r *Repeats) Add(contact string) {
	if contact == "" {
		return
	}
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for i := range len(contact) {
		h = (h ^ uint64(contact[i])) * prime
	}
	r.seen = append(r.seen, h)
}

// Merge adds what another counter has seen.
func (r *Repeats) Merge(o *Repeats) { r.seen = append(r.seen, o.seen...) }

// Count is how many rows are about a contact that another one had already.
func (r *Repeats) Count() int64 {
	slices.Sort(r.seen)
	n := int64(0)
	for i := 1; i < len(r.seen); i++ {
		if r.seen[i] == r.seen[i-1] {
			n++
		}
	}
	return n
}
