//go:build race

package main

// raceDetector tells that pools forget at random and calls allocate.
const raceDetector = true
