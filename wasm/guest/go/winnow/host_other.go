//go:build !wasip1

package winnow

import "unsafe"

// Outside WebAssembly there is no host: everything is unknown and nothing is
// kept, so that editors and vet can load a module's code on any machine.

func hostField(string) int32                                  { return -1 }
func hostOutput(string) int32                                 { return -1 }
func hostSlot(string) int32                                   { return -1 }
func hostConfig(unsafe.Pointer, uint32) int32                 { return 0 }
func hostKind(int32) int32                                    { return 0 }
func hostGetBool(int32) int32                                 { return -1 }
func hostGetI64(_ int32, dflt int64) int64                    { return dflt }
func hostGetF64(_ int32, dflt float64) float64                { return dflt }
func hostGetStr(int32, unsafe.Pointer, uint32) int32          { return -1 }
func hostGetTime(_ int32, dflt int64) int64                   { return dflt }
func hostCount(int32) int32                                   { return -1 }
func hostItemI64(_ int32, _ uint32, dflt int64) int64         { return dflt }
func hostItemF64(_ int32, _ uint32, d float64) float64        { return d }
func hostItemStr(int32, uint32, unsafe.Pointer, uint32) int32 { return -1 }
func hostContains(int32, string) int32                        { return -1 }
func hostInputJSON(unsafe.Pointer, uint32) int32              { return -1 }
func hostNow() int64                                          { return 0 }
func hostBucket(string) int32                                 { return -1 }
func hostOutputBool(int32, int32)                             {}
func hostOutputI64(int32, int64)                              {}
func hostOutputF64(int32, float64)                            {}
func hostOutputStr(int32, string)                             {}
func hostVerdict(int32, string)                               {}
func hostVariant(int32, string)                               {}
func hostLog(int32, string)                                   {}
