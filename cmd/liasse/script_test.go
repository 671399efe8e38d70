package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this very program as the command liasse.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"liasse": main})
}

// The scripts of testdata/script use the program as people do. Besides the commands of testscript they have
//
//	server [FLAG…]   starts liasse serve, waits for its ready line and sets REGISTRY, REPOSITORY, ADMIN and, of a test PKI,
//	                 IDENTITIES
//	stopserver       sends SIGTERM and expects exit status 0
//	post URL JSON    posts JSON and expects a status of 2xx
//	sql FILE STATEMENT
//	                 changes a SQLite database behind the program's back
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"server": startServer, "stopserver": stopServer, "post": post, "sql": runSQL,
		},
	})
}

func startServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("server cannot be negated")
	}
	program, err := exec.LookPath("liasse")
	ts.Check(err)
	cmd := exec.Command(program, append([]string{"serve", "--dir", ts.MkAbs("data"), "--listen", "127.0.0.1:0"}, args...)...)
	logs, err := os.Create(ts.MkAbs("server.log"))
	ts.Check(err)
	cmd.Stderr = logs
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = cmd.Process.Kill() }) // for a script that fails before stopserver
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		text, _ := os.ReadFile(logs.Name())
		ts.Fatalf("the server printed no ready line: %v\n%s", err, text)
	}
	var ready struct {
		Ready                                   bool
		Registry, Repository, Admin, Identities string
	}
	ts.Check(json.Unmarshal([]byte(line), &ready))
	if !ready.Ready {
		ts.Fatalf("the ready line is %s", line)
	}
	ts.Setenv("REGISTRY", ready.Registry)
	ts.Setenv("REPOSITORY", ready.Repository)
	ts.Setenv("ADMIN", ready.Admin)
	ts.Setenv("IDENTITIES", ready.Identities)
	servers.Store(ts, cmd)
}

// servers holds the server of each script under way. Scripts run in parallel.
var servers sync.Map // *testscript.TestScript to *exec.Cmd

func stopServer(ts *testscript.TestScript, neg bool, _ []string) {
	running, there := servers.LoadAndDelete(ts)
	if neg || !there {
		ts.Fatalf("no server is running")
	}
	cmd := running.(*exec.Cmd)
	ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			text, _ := os.ReadFile(ts.MkAbs("server.log"))
			ts.Fatalf("the server ended with %v\n%s", err, text)
		}
	case <-time.After(20 * time.Second):
		ts.Fatalf("the server did not end after SIGTERM")
	}
}

func post(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: post URL JSON")
	}
	resp, err := http.Post(args[0], "application/json", strings.NewReader(args[1]))
	ts.Check(err)
	ts.Check(resp.Body.Close())
	if good := resp.StatusCode/100 == 2; good == neg {
		ts.Fatalf("POST %s answered %s", args[0], resp.Status)
	}
}

// runSQL changes a SQLite database behind the program's back.
func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	db, err := sql.Open("sqlite3", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec(args[1])
	ts.Check(errors.Join(err, db.Close()))
}
