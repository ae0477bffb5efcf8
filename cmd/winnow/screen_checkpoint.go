package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
)

// checkpoint is what a run needs to go on: what it was asked, and how far it
// came. Its place and lengths always belong together, and the files are on disk
// up to there before it is.
type checkpoint struct {
	Version int       `json:"version"`
	Bundle  string    `json:"bundle"`
	Input   string    `json:"input"`   // size and hash of beginning and end; "" for a pipe, which can't be read again
	Written time.Time `json:"written"` // when the input was last written to
	Message string    `json:"message"`
	Reading string    `json:"reading"` // hash of format, encoding and mapping
	CSV     bool      `json:"csv"`
	Events  string    `json:"events,omitempty"` // the ledger that was heard
	Now     time.Time `json:"now"`

	Place   audience.Place `json:"place"`
	Out     int64          `json:"out"`
	Rejects int64          `json:"rejects"`
	Ends    string         `json:"ends"` // hash of both files' last bytes up to there
	Counts  screen.Counts  `json:"counts"`
}

func newCheckpoint(src *audience.Reader, o *screen.Options) checkpoint {
	c := checkpoint{
		Version: 1, Bundle: o.Bundle.Digest(), Message: string(o.Message), CSV: o.CSV, Now: o.Now, Place: src.First(),
	}
	mapping, err := json.Marshal(src.Mapping())
	if err != nil {
		panic("a mapping is plain data: " + err.Error())
	}
	c.Reading = sum([]byte(src.Format().String()), []byte(src.Encoding()), mapping)
	return c
}

// differs names what of a run is not as in an earlier one, "" when all is.
func (c *checkpoint) differs(old *checkpoint) string {
	switch {
	case c.Version != old.Version:
		return "the version of winnow"
	case c.Bundle != old.Bundle:
		return "the bundle"
	case c.Input != old.Input:
		return "the input"
	case !c.Written.Equal(old.Written):
		return "the time of the input's last change"
	case c.Message != old.Message:
		return "the message"
	case c.Reading != old.Reading:
		return "the mapping, format or encoding"
	case c.CSV != old.CSV:
		return "the output's format"
	case c.Events != old.Events:
		return "the decision log (--db)"
	case !c.Now.Equal(old.Now):
		return "the clock (--at)"
	}
	return ""
}

func checkpointName(out string) string { return out + ".resume" }

func readCheckpoint(out string) (*checkpoint, error) {
	src, err := os.ReadFile(checkpointName(out))
	if err != nil {
		return nil, err
	}
	c := &checkpoint{}
	return c, json.Unmarshal(src, c)
}

// write puts the checkpoint in place of the last one, whole or not at all.
func (c *checkpoint) write(out string) error {
	src, err := json.Marshal(c)
	if err != nil {
		return err
	}
	name := checkpointName(out)
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err == nil {
		_, err = f.Write(src)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(name+".new", name)
	}
	if err == nil {
		err = syncDir(filepath.Dir(name))
	}
	if err != nil {
		return failure(exitFailed, "is there room on the disk?", "can't make the run resumable: %v", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// printInput notes what tells one input from another without reading all of it:
// its size, its first and last 64 KiB and, for an edit in between, its time. A hash
// of all that is read would take 2 % of a run's processor time.
func (c *checkpoint) printInput(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return audienceFailure(name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return audienceFailure(name, err)
	}
	head, err := lastOf(f, min(info.Size(), lastSize))
	if err != nil {
		return audienceFailure(name, err)
	}
	end, err := lastOf(f, info.Size())
	if err != nil {
		return audienceFailure(name, err)
	}
	c.Input, c.Written = fmt.Sprintf("%d bytes, %s", info.Size(), sum(head, end)), info.ModTime().UTC()
	return nil
}

const lastSize = 64 << 10

// lastOf reads what stands before a place in a file, but no more than lastSize.
func lastOf(f *os.File, end int64) ([]byte, error) {
	n := min(end, lastSize)
	return io.ReadAll(io.NewSectionReader(f, end-n, n))
}

// ends tells the files that the run wrote from others that were put in their place.
func (c *checkpoint) ends(out, reject *os.File) (string, error) {
	written, err := lastOf(out, c.Out)
	if err != nil || reject == nil {
		return sum(written), err
	}
	listed, err := lastOf(reject, c.Rejects)
	return sum(written, listed), err
}

func sum(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p)) // a hash takes every byte
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
