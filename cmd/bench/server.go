//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sys/unix"

	"github.com/winnow-gate/winnow/rules/workload"
)

// writeBundle writes the workload's rules.
func writeBundle(dir string) error {
	return os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte("winnow: 1\n"+workload.Rules()), 0o600)
}

// floor serves a constant: what any answer over Fiber costs at least.
func floor(addr string) int {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	answer := []byte(`{"decision_id":"0000000000000","send":true,"action":"send","variants":{"hero":"generic"},"reasons":[],"bundle":"none"}`)
	app.Post("/v1/decide", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(answer)
	})
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("listening on http://" + ln.Addr().String())
	if err := app.Listener(ln); err != nil {
		return 1
	}
	return 0
}

// measured is what a server was seen to take. base is the CPU time of one call of
// /v1/decide at the same server, where calls of a platform are compared with that.
type measured struct{ cpu, base, rate, memory float64 }

// slice is how long a platform's calls, and those of /v1/decide, are made before it
// is the other's turn. Two processes of one server differ by more than what is to be
// seen, and so does one from second to second on a machine that others share.
const slice = 50 * time.Millisecond

// measure starts a server on one core, loads it from another and reads what
// CPU time its process spent.
func (b *bench) measure(ctx context.Context, c contender) (m measured, err error) {
	s, err := b.start(ctx, c)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	own, err := b.load(s, c.from)
	if err != nil {
		return m, err
	}
	defer own.close()
	base, err := b.load(s, nil)
	if err != nil {
		return m, err
	}
	defer base.close()
	if err := own.run(ctx, min(time.Second, b.span)); err != nil {
		return m, err
	}
	for *own = own.anew(); own.wall < b.span; {
		if c.from == nil {
			err = own.run(ctx, b.span)
		} else if err = own.run(ctx, slice); err == nil {
			err = base.run(ctx, slice)
		}
		if err != nil {
			return m, err
		}
	}
	m.cpu, m.base, m.rate = own.each(), base.each(), float64(own.answers)/own.wall.Seconds()
	m.memory, err = residentMiB(s.pid())
	return m, err
}

// load is calls to a server, and what it spent on them.
type load struct {
	server    *server
	clients   clients
	answers   int64
	cpu, wall time.Duration
}

// load makes ready to call as a platform does; from is nil for /v1/decide.
func (b *bench) load(s *server, from *source) (*load, error) {
	calls, err := requests(from, workload.People(256))
	if err != nil {
		return nil, err
	}
	all, err := dialAll(s.addr, calls, b.conns)
	return &load{server: s, clients: all}, err
}

func (l *load) close() { _ = l.clients.close() } // all answers have come

// anew is the load with nothing counted.
func (l *load) anew() load { return load{server: l.server, clients: l.clients} }

func (l *load) run(ctx context.Context, span time.Duration) error {
	before, err := cpuTime(l.server.pid())
	if err != nil {
		return err
	}
	start := time.Now()
	n, err := l.clients.load(ctx, span)
	if err != nil {
		return err
	}
	l.answers, l.wall = l.answers+n, l.wall+time.Since(start)
	after, err := cpuTime(l.server.pid())
	l.cpu += after - before
	return err
}

// each is the CPU time of one call in microseconds.
func (l *load) each() float64 {
	return float64(l.cpu.Nanoseconds()) / 1e3 / float64(max(1, l.answers))
}

type server struct {
	cmd  *exec.Cmd
	addr string
	said *bytes.Buffer // to be read once it has ended
}

func (s *server) pid() int { return s.cmd.Process.Pid }

var listening = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// start runs a contender on the first core and waits for its address.
func (b *bench) start(ctx context.Context, c contender) (*server, error) {
	name, args := b.binary, c.args
	if args == nil {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		name, args = self, []string{"floor", "127.0.0.1:0"}
	}
	if path, err := exec.LookPath("taskset"); err == nil {
		name, args = path, append([]string{"-c", "0", name}, args...)
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if addr := listening.FindString(lines.Text()); addr != "" {
			go func() { // the pipe must not fill up
				for lines.Scan() {
				}
			}()
			return &server{cmd, addr, &said}, nil
		}
	}
	err = cmd.Wait()
	return nil, errors.Join(errors.New("the server did not say where it listens"), err, errors.New(said.String()))
}

// stop ends the server. It always warns of the benchmark's own rules and sources;
// what it logged of trouble is an error, for then it did not do all of its work.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
		return nil // the floor knows no graceful end
	}
	if err != nil || trouble.Match(s.said.Bytes()) {
		return errors.Join(err, errors.New(s.said.String()))
	}
	return nil
}

var trouble = regexp.MustCompile(`level=(WARN|ERROR)`)

// cpuTime is what a process has spent, to the nanosecond: Linux has a clock for
// each process, whose number is made of the process's (linux/posix-timers.h).
func cpuTime(pid int) (time.Duration, error) {
	const scheduler = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduler), &t); err != nil {
		return 0, fmt.Errorf("the processor time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

func residentMiB(pid int) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no VmHWM")
}
