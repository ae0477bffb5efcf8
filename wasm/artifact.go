package wasm

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/winnow-gate/winnow/wasm/internal/meter"
)

// cacheVersion names the folder of the disk cache. Raise it when the rewriter,
// the host interface or the checks change: what an older version accepted must
// be judged again.
const cacheVersion = "winnow-wasm-v5"

// artifact is a module after admission and rewriting: what is compiled.
type artifact struct {
	Report  Report
	Globals []string
	Start   bool
	Tracked bool
	Body    []byte `json:"-"`
	Sum     []byte // SHA-256 of Body
	key     string
	cached  bool
}

// artifactKey names what a module becomes under its limits.
func artifactKey(module []byte, l Limits) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s %d %d\n", cacheVersion, l.MemoryPages, l.MinPages)
	_, _ = h.Write(module)
	return hex.EncodeToString(h.Sum(nil))
}

// artifact judges and rewrites a module, or takes the result of an earlier run
// from the cache folder.
func (r *Runtime) artifact(module []byte, l Limits) (*artifact, *Report, error) {
	key := artifactKey(module, l)
	if a := r.loadArtifact(key); a != nil {
		return a, &a.Report, nil
	}
	m, st, rep, err := judge(module, l)
	if err != nil {
		return nil, rep, err
	}
	res, err := meter.Rewrite(m, st, meter.Options{MaxPages: l.MemoryPages, MinPages: l.MinPages})
	if err != nil {
		return nil, rep, refuse("%w", err)
	}
	rep.Rewritten, rep.Merged = len(res.Bytes), res.Merged
	sum := sha256.Sum256(res.Bytes)
	a := &artifact{Report: *rep, Globals: res.Globals, Start: res.Start, Tracked: res.Tracked, Body: res.Bytes, Sum: sum[:], key: key}
	return a, rep, nil
}

// loadArtifact reads the cache. Anything odd about an entry is a miss.
func (r *Runtime) loadArtifact(key string) *artifact {
	if r.cacheDir == "" {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(r.cacheDir, key+".module"))
	if err != nil {
		return nil
	}
	head, body, ok := bytes.Cut(b, []byte{'\n'})
	a := &artifact{key: key, cached: true}
	if !ok || json.Unmarshal(head, a) != nil {
		return nil
	}
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], a.Sum) {
		return nil
	}
	a.Body = body
	return a
}

// storeArtifact writes the cache after the engine accepted the module. A cache
// that cannot be written costs time, not answers, so errors are dropped.
func (r *Runtime) storeArtifact(a *artifact) {
	if r.cacheDir == "" || a.cached {
		return
	}
	head, err := json.Marshal(a)
	if err != nil {
		return
	}
	f, err := os.CreateTemp(r.cacheDir, "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(append(append(head, '\n'), a.Body...))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(r.cacheDir, a.key+".module"))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}

// openCache makes the versioned cache folder and refuses one that others can write to.
func openCache(dir string) (string, error) {
	dir = filepath.Join(dir, cacheVersion)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("module cache: %w", err)
	}
	st, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("module cache: %w", err)
	}
	if !st.IsDir() || st.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("module cache %s holds machine code, but has mode %v; make it a folder of mode 0700", dir, st.Mode())
	}
	return dir, nil
}
