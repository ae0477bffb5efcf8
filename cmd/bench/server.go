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

type measured struct{ cpu, rate, memory float64 }

// measure starts a server on one core, loads it from another and reads what
// CPU time its process spent.
func (b *bench) measure(ctx context.Context, c contender) (m measured, err error) {
	s, err := b.start(ctx, c)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	calls, err := requests(c.from, workload.People(256))
	if err != nil {
		return m, err
	}
	if _, err := load(ctx, s.addr, calls, b.conns, min(time.Second, b.span)); err != nil {
		return m, err
	}
	before, err := cpuTime(s.pid())
	if err != nil {
		return m, err
	}
	start := time.Now()
	n, err := load(ctx, s.addr, calls, b.conns, b.span)
	if err != nil {
		return m, err
	}
	elapsed := time.Since(start)
	after, err := cpuTime(s.pid())
	if err != nil {
		return m, err
	}
	m.cpu = float64((after - before).Microseconds()) / float64(n)
	m.rate = float64(n) / elapsed.Seconds()
	m.memory, err = residentMiB(s.pid())
	return m, err
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

// tick is the unit of CPU times in /proc, USER_HZ.
const tick = 10 * time.Millisecond

func cpuTime(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
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
