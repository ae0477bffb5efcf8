package wasm

import (
	"encoding/binary"
	"math/bits"
)

// wasiState is what the WASI functions remember within one call.
type wasiState struct {
	read  int   // bytes of stdin taken
	slept int64 // nanoseconds: sleeping moves the module's clock and takes no time
	rand  uint64
	drawn bool // rand is mixed with the contact's bucket
}

// WASI error numbers.
const (
	wasiOK     = 0
	wasiBadf   = 8
	wasiInval  = 28
	wasiNosys  = 52
	wasiSpipe  = 70
	maxVectors = 64
)

// wasiFuncs lists WASI preview 1. A module gets standard streams, a frozen
// clock and seeded random numbers; everything else is refused, so that
// toolchains which import the whole interface still link.
func wasiFuncs() []hostFunc {
	fs := []hostFunc{
		{"fd_read", "iiii", "i", wasiRead},
		{"fd_write", "iiii", "i", wasiWrite},
		{"fd_fdstat_get", "ii", "i", wasiStat},
		{"clock_time_get", "ili", "i", wasiClock},
		{"clock_res_get", "ii", "i", wasiResolution},
		{"random_get", "ii", "i", wasiRandom},
		{"poll_oneoff", "iiii", "i", wasiPoll},
		{"sched_yield", "", "i", wasiZero},
		{"fd_close", "i", "i", wasiZero},
		{"args_sizes_get", "ii", "i", wasiNone},
		{"environ_sizes_get", "ii", "i", wasiNone},
		{"args_get", "ii", "i", wasiZero},
		{"environ_get", "ii", "i", wasiZero},
		{"proc_exit", "i", "", wasiExit},
		{"fd_seek", "ilii", "i", wasiReturn(wasiSpipe)},
		{"fd_tell", "ii", "i", wasiReturn(wasiSpipe)},
		{"fd_prestat_get", "ii", "i", wasiReturn(wasiBadf)},
		{"fd_prestat_dir_name", "iii", "i", wasiReturn(wasiBadf)},
	}
	for name, params := range map[string]string{
		"fd_advise": "illi", "fd_allocate": "ill", "fd_datasync": "i", "fd_fdstat_set_flags": "ii",
		"fd_fdstat_set_rights": "ill", "fd_filestat_get": "ii", "fd_filestat_set_size": "il",
		"fd_filestat_set_times": "illi", "fd_pread": "iiili", "fd_pwrite": "iiili", "fd_readdir": "iiili",
		"fd_renumber": "ii", "fd_sync": "i", "path_create_directory": "iii", "path_filestat_get": "iiiii",
		"path_filestat_set_times": "iiiilli", "path_link": "iiiiiii", "path_open": "iiiiillii",
		"path_readlink": "iiiiii", "path_remove_directory": "iii", "path_rename": "iiiiii",
		"path_symlink": "iiiii", "path_unlink_file": "iii", "proc_raise": "i", "sock_accept": "iii",
		"sock_recv": "iiiiii", "sock_send": "iiiii", "sock_shutdown": "ii",
	} {
		fs = append(fs, hostFunc{name, params, "i", wasiReturn(wasiNosys)})
	}
	return fs
}

func wasiReturn(errno uint64) func(*call, []uint64) {
	return func(_ *call, s []uint64) { s[0] = errno }
}

func wasiZero(_ *call, s []uint64) { s[0] = wasiOK }

func (c *call) put32(p uint64, v uint32) { binary.LittleEndian.PutUint32(c.writable(p, 4), v) }

func (c *call) put64(p uint64, v uint64) { binary.LittleEndian.PutUint64(c.writable(p, 8), v) }

// wasiNone answers args_sizes_get and environ_sizes_get: none, zero bytes.
func wasiNone(c *call, s []uint64) {
	c.put32(s[0], 0)
	c.put32(s[1], 0)
	s[0] = wasiOK
}

// vectors calls f with each buffer of a scatter list, as view gives it.
func (c *call) vectors(p, n uint64, view func(p, n uint64) []byte, f func([]byte) bool) bool {
	if uint32(n) > maxVectors {
		return false
	}
	for i := range uint64(uint32(n)) {
		v := c.guest(uint64(uint32(p))+8*i, 8)
		b := view(uint64(binary.LittleEndian.Uint32(v)), uint64(binary.LittleEndian.Uint32(v[4:])))
		c.spend(len(b))
		if !f(b) {
			break
		}
	}
	return true
}

func wasiRead(c *call, s []uint64) {
	if uint32(s[0]) != 0 {
		s[0] = wasiBadf
		return
	}
	n := 0
	ok := c.vectors(s[1], s[2], c.writable, func(b []byte) bool {
		k := copy(b, c.stdin[c.wasi.read:])
		c.wasi.read += k
		n += k
		return k == len(b)
	})
	c.put32(s[3], uint32(n))
	s[0] = status(ok)
}

func wasiWrite(c *call, s []uint64) {
	fd := uint32(s[0])
	if fd != 1 && fd != 2 {
		s[0] = wasiBadf
		return
	}
	n := 0
	ok := c.vectors(s[1], s[2], c.guest, func(b []byte) bool {
		n += len(b)
		if fd == 1 && c.mod.stdio {
			c.emit(b)
		} else {
			c.writeLog(uint8(fd), b, true) // stdout is info, stderr a warning
		}
		return true
	})
	c.put32(s[3], uint32(n))
	s[0] = status(ok)
}

// emit collects the answer of a stdio module.
func (c *call) emit(b []byte) {
	limit := 4*c.mod.limits.OutputBytes + 16<<10
	if len(c.stdout)+len(b) > limit {
		c.fail(failf(ReasonOutput, "standard output over %d bytes", limit))
	}
	c.stdout = append(c.stdout, b...)
}

func status(ok bool) uint64 {
	if ok {
		return wasiOK
	}
	return wasiInval
}

// wasiStat describes the standard streams as character devices.
func wasiStat(c *call, s []uint64) {
	if uint32(s[0]) > 2 {
		s[0] = wasiBadf
		return
	}
	b := c.writable(s[1], 24)
	clear(b)
	b[0] = 2 // character device
	s[0] = wasiOK
}

// wasiClock gives the evaluation time, moved on by what the module slept.
func wasiClock(c *call, s []uint64) {
	t := c.in.Now*1_000_000 + c.wasi.slept
	if uint32(s[0]) != 0 {
		t += 1_000_000_000 // a monotonic clock at zero is a broken one, thinks Go
	}
	c.put64(s[2], uint64(t))
	s[0] = wasiOK
}

func wasiResolution(c *call, s []uint64) {
	c.put64(s[1], 1_000_000)
	s[0] = wasiOK
}

// wasiRandom gives splitmix64 numbers that start from the module's digest, the
// evaluation time and the contact's bucket: the same for the same decision,
// wherever it is made.
func wasiRandom(c *call, s []uint64) {
	if !c.wasi.drawn && c.in.Contact != nil {
		c.wasi.rand += uint64(c.in.Contact.Bucket("random_get")) << 32
	}
	c.wasi.drawn = true
	b := c.writable(s[0], s[1])
	c.spend(len(b) << (byteShift + 1))
	for i := range b {
		if i%8 == 0 {
			c.wasi.rand += 0x9e3779b97f4a7c15
		}
		z := c.wasi.rand
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		b[i] = byte((z ^ z>>31) >> (8 * (i % 8)))
	}
	s[0] = wasiOK
}

func (w *wasiState) reset(seed uint64, now int64) {
	*w = wasiState{rand: seed ^ bits.ReverseBytes64(uint64(now))}
}

// wasiPoll serves sleeping: each clock subscription is over at once, and the
// module's clock has moved on.
func wasiPoll(c *call, s []uint64) {
	n := uint64(uint32(s[2]))
	if n == 0 || n > maxVectors {
		s[0] = wasiInval
		return
	}
	done := uint32(0)
	for i := range n {
		sub := c.guest(uint64(uint32(s[0]))+48*i, 48)
		ev := c.writable(uint64(uint32(s[1]))+32*uint64(done), 32)
		user, kind := binary.LittleEndian.Uint64(sub), sub[8]
		if kind == 0 {
			c.sleep(binary.LittleEndian.Uint64(sub[24:]), binary.LittleEndian.Uint16(sub[40:]))
		}
		clear(ev)
		binary.LittleEndian.PutUint64(ev, user)
		ev[10] = kind
		done++
	}
	c.put32(s[3], done)
	s[0] = wasiOK
}

// sleep moves the clock on; flag 1 means that t is an absolute time.
func (c *call) sleep(t uint64, flags uint16) {
	d := int64(min(t, 1<<62))
	if flags&1 != 0 {
		d -= c.in.Now*1_000_000 + c.wasi.slept
	}
	c.wasi.slept += min(max(d, 0), 1<<50)
}

// wasiExit ends the call; only 0 in a stdio module is a success.
func wasiExit(c *call, s []uint64) {
	code := int32(uint32(s[0]))
	if code == 0 && c.mod.stdio {
		c.exited = true
		panic(aborted{})
	}
	f := failf(ReasonError, "the module exited with code %d", code)
	f.Status = code
	c.fail(f)
}
