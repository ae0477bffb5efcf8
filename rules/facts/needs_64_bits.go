package facts

// Conditions count in ints, as expr does, and come to the same on every machine. Where
// an int has 32 bits, a bundle that is right elsewhere would be refused, or overflow;
// this does not compile there.
const _ int = 1 << 62
