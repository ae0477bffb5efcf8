// Package cputime tells what processor time this process has taken. Benchmarks and
// tests that hold limits go by it: unlike the clock on the wall it hardly runs
// while others have the processor.
package cputime
