//go:build !linux

package flush

import "os"

type background struct{}

func newBackground() *background { return nil }

func (*background) sync(*os.File) error { return errRefused }

func (*background) close() {}

func datasync(f *os.File) error { return f.Sync() }

func (*background) destroy() {}
