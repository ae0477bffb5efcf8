package wasm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero/experimental"
)

// compileWorkers is how many goroutines compile one module. With fewer than
// two the engine ignores the deadline.
const compileWorkers = 2

// compile returns the compiled form of a module for an engine.
func (r *Runtime) compile(ctx context.Context, module []byte, l Limits, e Engine) (*compiled, *Report, error) {
	if len(module) > l.ModuleBytes { // it may have been compiled under a higher limit
		_, _, rep, err := judge(module, l)
		return nil, rep, err
	}
	id := fmt.Sprintf("%d %s", e, artifactKey(module, l))
	if c, ok := r.acquire(id); ok {
		rep := c.art.Report
		rep.Cached = true
		return c, &rep, nil
	}
	// One at a time: compiling is where memory and processors go.
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, &Report{}, context.Cause(ctx)
	}
	if c, ok := r.acquire(id); ok { // compiled while we waited
		rep := c.art.Report
		return c, &rep, nil
	}
	art, rep, err := r.artifact(module, l)
	if err != nil {
		return nil, rep, err
	}
	c, err := r.compileArtifact(ctx, art, l, e, rep)
	if err != nil {
		return nil, rep, err
	}
	c.id = id
	r.add(c)
	r.storeArtifact(art)
	own := *rep // what an admission adds is not another one's
	return c, &own, nil
}

func (r *Runtime) compileArtifact(ctx context.Context, art *artifact, l Limits, e Engine, rep *Report) (*compiled, error) {
	rt, err := r.engine(ctx, e)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(experimental.WithCompilationWorkers(ctx, compileWorkers), l.Compile)
	defer cancel()
	started := time.Now() // for the report only
	cm, err := rt.CompileModule(limited, art.Body)
	if err != nil {
		if ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
			return nil, refuse("compiling took more than %s; split large functions", l.Compile)
		}
		return nil, refuse("the engine does not accept it: %w", err)
	}
	rep.CompileFor, rep.Cached = time.Since(started), art.cached
	return &compiled{cm: cm, art: art}, nil
}
