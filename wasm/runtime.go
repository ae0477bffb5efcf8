package wasm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/winnow-gate/winnow/wasm/internal/lmem"
)

// Runtime compiles modules and bounds what all of them use together. It is
// safe for concurrent use. Close it after all of its modules.
type Runtime struct {
	opt      Options
	cacheDir string
	disk     wazero.CompilationCache
	budget   *lmem.Budget
	turn     chan struct{} // one compilation at a time

	mu       sync.Mutex
	engines  [2]wazero.Runtime // by Engine, made when first used
	compiled *lru.Cache[string, *compiled]
	live     map[string]*compiled // evicted, but still used by modules
	modules  map[*Module]struct{}
	closed   bool
}

// compiled is a compiled module that Modules share.
type compiled struct {
	id      string
	cm      wazero.CompiledModule
	art     *artifact
	uses    int
	evicted bool
}

// NewRuntime makes a runtime. The error says what is wrong with the cache folder.
func NewRuntime(_ context.Context, opt Options) (*Runtime, error) {
	opt = opt.fill()
	r := &Runtime{
		opt: opt, turn: make(chan struct{}, 1),
		live: map[string]*compiled{}, modules: map[*Module]struct{}{},
	}
	r.budget = lmem.NewBudget(opt.MemoryBytes, r.reclaim)
	if opt.CacheDir != "" {
		dir, err := openCache(opt.CacheDir)
		if err != nil {
			return nil, err
		}
		r.cacheDir = dir
		if r.disk, err = wazero.NewCompilationCacheWithDir(dir); err != nil {
			return nil, fmt.Errorf("module cache: %w", err)
		}
	}
	var err error
	r.compiled, err = lru.NewWithEvict(opt.CompiledModules, func(_ string, c *compiled) { r.evict(c) })
	return r, err
}

func (o Options) fill() Options {
	if o.MemoryBytes <= 0 {
		o.MemoryBytes = 1 << 30
	}
	if o.CompiledModules <= 0 {
		o.CompiledModules = 64
	}
	if o.Procs <= 0 {
		o.Procs = runtime.GOMAXPROCS(0)
	}
	if o.MaxAge <= 0 {
		o.MaxAge = 10 * time.Minute
	}
	if o.MaxUses <= 0 {
		o.MaxUses = 100_000
	}
	return o
}

// engine returns the engine, making it with its host modules on first use.
func (r *Runtime) engine(ctx context.Context, e Engine) (wazero.Runtime, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errors.New("the module runtime is closed")
	}
	if r.engines[e] != nil {
		return r.engines[e], nil
	}
	cfg := wazero.NewRuntimeConfigInterpreter()
	if e == Compiler {
		cfg = wazero.NewRuntimeConfig() // the compiler where the platform has one
	}
	// SIMD is refused by the scan already; here it is off for the engine, too.
	cfg = cfg.WithCoreFeatures(api.CoreFeaturesV2 &^ api.CoreFeatureSIMD).
		WithMemoryLimitPages(HardLimits().MemoryPages)
	if r.disk != nil && e == Compiler {
		cfg = cfg.WithCompilationCache(r.disk)
	}
	rt := wazero.NewRuntimeWithConfig(ctx, cfg)
	for name, fs := range map[string][]hostFunc{hostModule: hostFuncs(), wasiModule: wasiFuncs()} {
		b := rt.NewHostModuleBuilder(name)
		for _, f := range fs {
			b = b.NewFunctionBuilder().
				WithGoFunction(f.goFunction(), valueTypes(f.params), valueTypes(f.results)).Export(f.name)
		}
		if _, err := b.Instantiate(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("host module %s: %w", name, err), rt.Close(ctx))
		}
	}
	r.engines[e] = rt
	return rt, nil
}

// evict is called by the LRU with mu held.
func (r *Runtime) evict(c *compiled) {
	c.evicted = true
	if c.uses > 0 {
		r.live[c.id] = c
		return
	}
	_ = c.cm.Close(context.Background())
}

// acquire finds a compiled module and counts a use.
func (r *Runtime) acquire(id string) (*compiled, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.compiled.Get(id)
	if !ok {
		c, ok = r.live[id]
	}
	if ok {
		c.uses++
	}
	return c, ok
}

// add keeps a newly compiled module, with one use.
func (r *Runtime) add(c *compiled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.uses = 1
	r.compiled.Add(c.id, c)
}

// drop ends a use.
func (r *Runtime) drop(c *compiled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.uses--; c.uses == 0 && c.evicted {
		delete(r.live, c.id)
		_ = c.cm.Close(context.Background())
	}
}

// reclaim closes idle instances of all modules when memory is short.
func (r *Runtime) reclaim() bool {
	r.mu.Lock()
	mods := make([]*Module, 0, len(r.modules))
	for m := range r.modules {
		mods = append(mods, m)
	}
	r.mu.Unlock()
	freed := false
	for _, m := range mods {
		freed = m.pool.trim() || freed
	}
	return freed
}

// MemoryInUse returns the bytes of linear memory of all instances now.
func (r *Runtime) MemoryInUse() int64 { return r.budget.Used() }

// Close frees everything. Modules must have been closed before; calls on a
// module that was not fail from then on. It returns the engine's error.
func (r *Runtime) Close(ctx context.Context) error {
	r.mu.Lock()
	mods := make([]*Module, 0, len(r.modules))
	for m := range r.modules {
		mods = append(mods, m)
	}
	r.closed = true
	r.mu.Unlock()
	var errs []error
	for _, m := range mods {
		errs = append(errs, m.Close())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range r.engines {
		if e != nil {
			errs = append(errs, e.Close(ctx))
			r.engines[i] = nil
		}
	}
	if r.disk != nil {
		errs = append(errs, r.disk.Close(ctx))
	}
	return errors.Join(errs...)
}
