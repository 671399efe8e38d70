// Package postgrestest runs a private PostgreSQL server for tests, from the binaries that the operating system's package
// installs. The server lives in a temporary folder, listens on a Unix socket there and nowhere else, and ends with the
// test, or with the test's process if that dies first.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a running PostgreSQL server.
type Server struct {
	dir       string
	bin       string
	account   *syscall.Credential
	cmd       *exec.Cmd
	exited    chan struct{} // closed when the server has ended
	databases atomic.Int64
}

// Start starts a server that is stopped when the test ends. Without the binaries the test is skipped, or fails where the
// environment variable CI is set.
func Start(t testing.TB) *Server {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a PostgreSQL server is needed: %v (make deps installs it)", err)
		}
		t.Skipf("no PostgreSQL server: %v (make deps installs it)", err)
	}
	s := &Server{bin: bin}
	// Not t.TempDir: its parent folder is closed to the account that the server runs under.
	if s.dir, err = os.MkdirTemp("", "liasse-postgres-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("stopping PostgreSQL: %v", err)
		}
		if err := os.RemoveAll(s.dir); err != nil {
			t.Error(err)
		}
	})
	if err := s.start(); err != nil {
		t.Fatalf("starting PostgreSQL: %v\n%s", err, s.log())
	}
	return s
}

// Database makes a new, empty database and gives its connection string.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	if err := s.execute(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("making a database: %v", err)
	}
	return s.dsn(name)
}

func (s *Server) dsn(database string) string {
	return fmt.Sprintf("host=%s user=postgres dbname=%s sslmode=disable", s.dir, database)
}

func (s *Server) execute(ctx context.Context, statement string) (err error) {
	conn, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// binaries finds the folder of initdb and postgres, the newest version first.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return majorVersion(b) - majorVersion(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, filepath.Dir(path))
	}
	for _, dir := range found {
		_, missing := os.Stat(filepath.Join(dir, "postgres"))
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil && missing == nil {
			return dir, nil
		}
	}
	return "", errors.New("neither /usr/lib/postgresql/*/bin nor the PATH has initdb and postgres")
}

func majorVersion(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

// Stop ends the server in the middle of the test, as an operator or a failure does: every connection is closed.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.stop(); err != nil {
		t.Fatalf("stopping PostgreSQL: %v", err)
	}
}

// Resume starts the server again after Stop, with the databases it had.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	if err := s.launch(); err != nil {
		t.Fatalf("starting PostgreSQL again: %v\n%s", err, s.log())
	}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) start() (err error) {
	if s.account, err = s.findAccount(); err != nil {
		return err
	}
	initdb := exec.Command(filepath.Join(s.bin, "initdb"), "--pgdata="+s.data(), "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	initdb.Dir = s.dir
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: s.account}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s.launch()
}

// launch runs the server on the data that initdb made and waits until it answers.
func (s *Server) launch() error {
	logFile, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s.exited = make(chan struct{})
	s.cmd = exec.Command(filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=",
		"-c", "shared_buffers=32MB", "-c", "max_connections=60", "-c", "log_min_messages=warning")
	s.cmd.Dir = s.dir
	s.cmd.Stdout, s.cmd.Stderr = logFile, logFile
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.account, Pdeathsig: syscall.SIGQUIT}
	if err := errors.Join(s.run(), logFile.Close()); err != nil {
		return err
	}
	return s.await(30 * time.Second)
}

// findAccount finds the one the server runs under: it refuses to run as root.
func (s *Server) findAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(s.dir, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// run starts the server from a thread of its own: Linux signals a child when the thread that made it dies, and this one
// lives as long as the server.
func (s *Server) run() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait() // how it ended is judged by stop, and told by its log
			close(s.exited)
		}
	}()
	err := <-started
	if err != nil {
		s.cmd = nil
	}
	return err
}

// await waits until the server answers.
func (s *Server) await(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		err := s.execute(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("the server ended at once")
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the server as quickly as is orderly (SIGINT: connections are closed), or kills it after ten seconds.
func (s *Server) stop() error {
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.exited:
		return nil
	case <-time.After(10 * time.Second):
	}
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	<-s.exited
	return errors.New("it did not end within ten seconds and was killed")
}

func (s *Server) log() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}
