package gate

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Watch reloads the bundle whenever its files change, until Close. It looks at
// the names, sizes and times of the files every so often (0 means 2 s). It compiles
// what differs from the last time, so that a broken bundle is not compiled again
// and again, and what has not changed since the look before: half of a file may
// well compile, without the gates that were to come. Call it before the first
// Reload: then no change is missed that comes while that one compiles.
func (g *Gate) Watch(fsys fs.FS, every time.Duration) {
	if every <= 0 {
		every = 2 * time.Second
	}
	ticks, stop := g.opts.Ticker(every)
	loaded := signature(fsys)
	g.wg.Go(func() {
		defer stop()
		for before := loaded; ; {
			select {
			case <-g.ctx.Done():
				return
			case <-ticks:
			}
			now := signature(fsys)
			stands := now == before
			before = now
			if stands && now != loaded {
				loaded = now
				_ = g.Reload(g.ctx, fsys) // Status and the log say how it went
			}
		}
	})
}

// signature changes when a file of the bundle is added, removed, written, or can be
// read where it could not.
func signature(fsys fs.FS) fingerprint {
	h := sha256.New()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if hidden := name != "." && strings.HasPrefix(d.Name(), "."); hidden {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(name) {
		case ".yaml", ".yml", ".csv", ".wasm":
		default:
			return nil // a log beside the rules, say, which changes all the time
		}
		return sign(h, fsys, name)
	})
	if err != nil {
		fmt.Fprintf(h, "unreadable")
	}
	return fingerprint(h.Sum(nil))
}

// sign opens a file, as reading does: that it can be read now changes neither its
// size nor its time.
func sign(to io.Writer, fsys fs.FS, name string) error {
	f, err := fsys.Open(name)
	if err != nil {
		_, err = fmt.Fprintf(to, "%q can't be read\n", name)
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return err
	}
	_, err = fmt.Fprintf(to, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
	return err
}
