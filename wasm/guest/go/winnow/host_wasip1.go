package winnow

import "unsafe"

// abi marks the module; it wants no features.
//
//go:wasmexport winnow_abi_v1
func abi() uint32 { return 0 }

//go:wasmimport winnow_v1 field
func hostField(path string) int32

//go:wasmimport winnow_v1 output
func hostOutput(name string) int32

//go:wasmimport winnow_v1 slot
func hostSlot(name string) int32

//go:wasmimport winnow_v1 config
func hostConfig(buf unsafe.Pointer, limit uint32) int32

//go:wasmimport winnow_v1 kind
func hostKind(field int32) int32

//go:wasmimport winnow_v1 get_bool
func hostGetBool(field int32) int32

//go:wasmimport winnow_v1 get_i64
func hostGetI64(field int32, dflt int64) int64

//go:wasmimport winnow_v1 get_f64
func hostGetF64(field int32, dflt float64) float64

//go:wasmimport winnow_v1 get_str
//go:noescape
func hostGetStr(field int32, buf unsafe.Pointer, limit uint32) int32

//go:wasmimport winnow_v1 get_time
func hostGetTime(field int32, dflt int64) int64

//go:wasmimport winnow_v1 count
func hostCount(field int32) int32

//go:wasmimport winnow_v1 item_i64
func hostItemI64(field int32, i uint32, dflt int64) int64

//go:wasmimport winnow_v1 item_f64
func hostItemF64(field int32, i uint32, dflt float64) float64

//go:wasmimport winnow_v1 item_str
//go:noescape
func hostItemStr(field int32, i uint32, buf unsafe.Pointer, limit uint32) int32

//go:wasmimport winnow_v1 contains
func hostContains(field int32, text string) int32

//go:wasmimport winnow_v1 input_json
func hostInputJSON(buf unsafe.Pointer, limit uint32) int32

//go:wasmimport winnow_v1 now
func hostNow() int64

//go:wasmimport winnow_v1 bucket
func hostBucket(salt string) int32

//go:wasmimport winnow_v1 output_bool
func hostOutputBool(output, value int32)

//go:wasmimport winnow_v1 output_i64
func hostOutputI64(output int32, value int64)

//go:wasmimport winnow_v1 output_f64
func hostOutputF64(output int32, value float64)

//go:wasmimport winnow_v1 output_str
func hostOutputStr(output int32, text string)

//go:wasmimport winnow_v1 verdict
func hostVerdict(verdict int32, reason string)

//go:wasmimport winnow_v1 variant
func hostVariant(slot int32, name string)

//go:wasmimport winnow_v1 log
func hostLog(level int32, text string)
