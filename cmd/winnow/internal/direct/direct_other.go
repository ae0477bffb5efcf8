//go:build !linux

package direct

import (
	"errors"
	"os"
)

func setDirect(*os.File, bool) error { return errors.ErrUnsupported }

func isRefused(error) bool { return false }
