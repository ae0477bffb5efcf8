//go:build !linux

package lists

func inHugePages([]uint64) {}
