package wasm

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// pool lends instances to one goroutine at a time. Each instance has a place
// of its own, so taking and giving back is one atomic exchange; every
// processor starts looking where it last found one, so processors rarely meet.
type pool struct {
	mod     *Module
	places  []place
	hints   sync.Pool // *int32; only a hint, so that losing one costs nothing
	next    atomic.Int32
	waiting atomic.Int32
	freed   chan struct{}
	closed  atomic.Bool

	mu    sync.Mutex
	homes []bool // places that belong to an instance
	total int
}

// place is a cache line of its own.
type place struct {
	inst atomic.Pointer[instance]
	_    [56]byte
}

func newPool(m *Module, n int) *pool {
	p := &pool{mod: m, places: make([]place, n), homes: make([]bool, n), freed: make(chan struct{}, n)}
	p.hints.New = func() any {
		h := p.next.Add(1) % int32(n)
		return &h
	}
	return p
}

var errClosed = errors.New("the module is closed")

// seed puts in the first instance.
func (p *pool) seed(i *instance) {
	home, _ := p.reserve()
	i.home = home
	p.places[home].inst.Store(i)
}

// get takes an instance, waiting until the context ends.
func (p *pool) get(ctx context.Context) (*instance, error) {
	hint := p.hints.Get().(*int32)
	i := p.take(hint)
	if i == nil {
		var err error
		if i, err = p.slow(ctx, hint); err != nil {
			p.hints.Put(hint)
			return nil, err
		}
	}
	i.hint = hint
	return i, nil
}

func (p *pool) take(hint *int32) *instance {
	n := int32(len(p.places))
	at := *hint
	for range n {
		pl := &p.places[at]
		if pl.inst.Load() != nil {
			if i := pl.inst.Swap(nil); i != nil {
				*hint = at
				return i
			}
		}
		if at++; at == n {
			at = 0
		}
	}
	return nil
}

// slow makes an instance, or waits for one.
func (p *pool) slow(ctx context.Context, hint *int32) (*instance, error) {
	p.waiting.Add(1)
	defer p.waiting.Add(-1)
	for {
		if p.closed.Load() {
			return nil, errClosed
		}
		if i := p.take(hint); i != nil {
			return i, nil
		}
		home, ok := p.reserve()
		if ok {
			i, err := p.mod.nextInstance(ctx)
			if err == nil {
				i.home = home
				return i, nil
			}
			p.unreserve(home)
			if !errors.Is(err, errNoMemory) || p.alive() == 0 {
				return nil, err
			}
			// Short of memory: wait for one of the instances that are there.
		}
		select {
		case <-p.freed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (p *pool) alive() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

func (p *pool) reserve() (int32, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for h, taken := range p.homes {
		if !taken && !p.closed.Load() {
			p.homes[h] = true
			p.total++
			return int32(h), true
		}
	}
	return 0, false
}

// unreserve gives a place back; the last one of a closed pool frees the module.
func (p *pool) unreserve(home int32) {
	p.mu.Lock()
	p.homes[home] = false
	p.total--
	last := p.total == 0 && p.closed.Load()
	p.mu.Unlock()
	if last {
		p.mod.release()
	}
}

// put gives an instance back; keep is false when it must not be used again.
func (p *pool) put(i *instance, keep bool) {
	p.hints.Put(i.hint)
	if !keep {
		home := i.home
		i.close()
		p.unreserve(home)
	} else {
		p.places[i.home].inst.Store(i)
		if p.closed.Load() {
			p.trim()
		}
	}
	if p.waiting.Load() > 0 {
		select {
		case p.freed <- struct{}{}:
		default: // as many wake-ups as instances are on their way already
		}
	}
}

// trim closes idle instances and reports whether there were any.
func (p *pool) trim() bool {
	any := false
	for n := range p.places {
		if i := p.places[n].inst.Swap(nil); i != nil {
			i.close()
			p.unreserve(int32(n))
			any = true
		}
	}
	return any
}

// close stops lending. Instances under way are closed when they come back.
func (p *pool) close() {
	p.mu.Lock()
	if p.closed.Swap(true) {
		p.mu.Unlock()
		return
	}
	// Hold a place of our own while trimming, so that release runs exactly once.
	p.total++
	p.mu.Unlock()
	p.trim()
	p.mu.Lock()
	p.total--
	last := p.total == 0
	p.mu.Unlock()
	if last {
		p.mod.release()
	}
	for range cap(p.freed) { // wake whoever waits
		select {
		case p.freed <- struct{}{}:
		default:
		}
	}
}
