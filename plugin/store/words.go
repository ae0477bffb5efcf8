package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
)

// words numbers the few strings that repeat in every record (digests, outcomes,
// classes), so that a row holds a small integer in their place.
//
// A word has two numbers: its index here, given at Submit, and its id in the
// database, given by the first transaction that needs it.
type words struct {
	mu     sync.RWMutex
	byText map[string]int32
	text   []string
	ids    []int64          // by index; 0: not stored yet
	byID   map[int64]string // stored ones
}

func newWords() *words {
	return &words{
		byText: map[string]int32{"": 0}, text: []string{""}, ids: []int64{0},
		byID: map[int64]string{0: ""},
	}
}

// index finds or makes the index of a word. The word is copied: a caller may
// use its bytes again.
func (w *words) index(s string) int32 {
	w.mu.RLock()
	i, ok := w.byText[s]
	w.mu.RUnlock()
	if ok {
		return i
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.add(strings.Clone(s))
}

func (w *words) add(s string) int32 {
	if i, ok := w.byText[s]; ok {
		return i
	}
	i := int32(len(w.text))
	w.text, w.ids = append(w.text, s), append(w.ids, 0)
	w.byText[s] = i
	return i
}

// stored notes the id that the database gave.
func (w *words) stored(s string, id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids[w.add(s)] = id
	w.byID[id] = s
}

// assign notes the id that the open transaction gave a word.
func (w *words) assign(i int32, id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids[i] = id
}

// settle makes the words of a committed transaction known to readers.
func (w *words) settle(fresh []int32) {
	if len(fresh) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range fresh {
		w.byID[w.ids[i]] = w.text[i]
	}
}

// forget undoes assign after a rollback, which took the rows back.
func (w *words) forget(fresh []int32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range fresh {
		w.ids[i] = 0
	}
}

func (w *words) id(i int32) (id int64, text string) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.ids[i], w.text[i]
}

// querier is a database, or a transaction in it.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// resolve turns an id read from a row into its word.
func (w *words) resolve(ctx context.Context, db querier, id int64) (string, error) {
	w.mu.RLock()
	s, ok := w.byID[id]
	w.mu.RUnlock()
	if ok {
		return s, nil
	}
	// Another process stored it after this one had opened the file.
	if err := db.QueryRowContext(ctx, "SELECT text FROM word WHERE id = ?", id).Scan(&s); err != nil {
		return "", fmt.Errorf("store: word %d: %w", id, err)
	}
	w.stored(s, id)
	return s, nil
}
