package wasm

import _ "embed"

//go:embed ABI.md
var abi string

// ABI returns ABI.md, the interface of modules as their authors read it.
func ABI() string { return abi }
