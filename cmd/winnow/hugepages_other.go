//go:build !linux

package main

// hugePages does nothing: see the other one.
func hugePages(int) {}
