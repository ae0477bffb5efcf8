//go:build !linux

package lists

func inHugePages[T uint64 | line]([]T) {}
