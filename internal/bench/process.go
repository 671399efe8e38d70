package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server of this program started as a child, so that its processor time and memory are its own.
type process struct {
	cmd                  *exec.Cmd
	url                  string // its only address (null server)
	registry, repository string
	admin                string
	identities           string // folder of the test identities in profile dmp
	readyAfter           time.Duration
}

// readyLine is what a server prints on standard output when it can serve, and only then.
type readyLine struct {
	Ready      bool   `json:"ready"`
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Admin      string `json:"admin"`
	Identities string `json:"identities"`
}

// startProcess runs this very program with the arguments and waits for its ready line.
func startProcess(ctx context.Context, logs io.Writer, args ...string) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	p := &process{cmd: exec.CommandContext(ctx, program, args...)}
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 10 * time.Second
	p.cmd.Stderr = logs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("reading a server's standard output: %w", err)
	}
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a server: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.readyAfter = time.Since(start)
	var ready readyLine
	if err == nil {
		err = json.Unmarshal([]byte(line), &ready)
	}
	if err != nil || !ready.Ready {
		return nil, errors.Join(fmt.Errorf("the server said %q instead of being ready", strings.TrimSpace(line)), err, p.stop())
	}
	p.url, p.registry, p.repository, p.admin, p.identities = ready.Registry, ready.Registry, ready.Repository, ready.Admin, ready.Identities
	return p, nil
}

// stop asks the process to end and waits until it has.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("ending a server: %w", err)
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("a server ended badly: %w", err)
	}
	return nil
}

// processorTime is the user and system time the process has used, from /proc.
func (p *process) processorTime() (time.Duration, error) {
	// schedstat counts nanoseconds, per thread; stat counts hundredths of a second, for the whole process.
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("listing a server's threads: %w", err)
	}
	var total int64
	for _, task := range tasks {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", p.cmd.Process.Pid, task.Name()))
		if errors.Is(err, os.ErrNotExist) {
			continue // the thread ended between the two looks; Go keeps its threads, so this is rare
		}
		if err != nil {
			return 0, fmt.Errorf("reading a server's processor time: %w", err)
		}
		fields := strings.Fields(string(text))
		if len(fields) == 0 {
			return 0, fmt.Errorf("a server's schedstat reads %q", text)
		}
		ran, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading a server's processor time: %w", err)
		}
		total += ran
	}
	return time.Duration(total), nil
}

// residentKiB is the memory the process holds now (VmRSS).
func (p *process) residentKiB() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("reading a server's memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
		}
	}
	return 0, errors.New("the kernel does not say VmRSS of the server")
}
