package bench

import (
	"bytes"
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	_ "github.com/mattn/go-sqlite3" // the grouped insert is calibrated on the engine that the embedded registry uses
)

// Calibration is what the parts of a request cost on this machine at this moment, measured in the same run as the
// requests. Each is processor time (user and system) of this process for one unit.
type Calibration struct {
	RSAVerify     time.Duration // one RSA-2048 PKCS #1 v1.5 verification
	AESGCM        time.Duration // one mebibyte in records of 16 KB, as TLS has them
	SHA1          time.Duration // one mebibyte
	SHA256        time.Duration // one mebibyte
	DurableFile   time.Duration // write 30 KB to a new file, fdatasync, rename, fsync of the folder
	DurableWait   time.Duration // the same, elapsed time
	NullHTTP      time.Duration // server side of one HTTP exchange: a kilobyte in, a kilobyte out
	HTTPIn        time.Duration // server side of one more mebibyte received
	HTTPOut       time.Duration // server side of one more mebibyte sent
	GroupedInsert time.Duration // one row of 6 KB in a durable SQLite transaction of 64
	Select        time.Duration // one SQLite query by key in a transaction of its own, without its rows
	SelectRow     time.Duration // one row of 6 KB of its answer
}

// processorTime is the user and system time that this process has used.
func processorTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("reading this process's processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// cost runs f n times and gives the processor time and the elapsed time of one.
func cost(n int, f func() error) (cpu, elapsed time.Duration, err error) {
	before, err := processorTime()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	for range n {
		if err := f(); err != nil {
			return 0, 0, err
		}
	}
	elapsed = time.Since(start)
	after, err := processorTime()
	if err != nil {
		return 0, 0, err
	}
	return (after - before) / time.Duration(n), elapsed / time.Duration(n), nil
}

// Calibrate measures the parts in the folder given, which must be on the file system that the server will use.
// nullServer is the address of a process that answers nothing (see ServeNull) and its processor time.
func Calibrate(ctx context.Context, dir string, null *process) (*Calibration, error) {
	var c Calibration
	var err error
	if c.RSAVerify, err = calibrateRSA(); err != nil {
		return nil, err
	}
	if c.AESGCM, err = calibrateAES(); err != nil {
		return nil, err
	}
	mebibyte := make([]byte, 1<<20)
	if c.SHA1, _, err = cost(64, func() error { sha1.Sum(mebibyte); return nil }); err != nil {
		return nil, err
	}
	if c.SHA256, _, err = cost(64, func() error { sha256.Sum256(mebibyte); return nil }); err != nil {
		return nil, err
	}
	if c.DurableFile, c.DurableWait, err = calibrateFile(dir); err != nil {
		return nil, err
	}
	if err := c.calibrateSQLite(ctx, dir); err != nil {
		return nil, fmt.Errorf("calibrating SQLite: %w", err)
	}
	if err := c.calibrateHTTP(ctx, null); err != nil {
		return nil, err
	}
	return &c, nil
}

func calibrateRSA() (time.Duration, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return 0, fmt.Errorf("making an RSA key: %w", err)
	}
	digest := sha256.Sum256([]byte("liasse"))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return 0, fmt.Errorf("signing: %w", err)
	}
	cpu, _, err := cost(2000, func() error { return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature) })
	return cpu, err
}

// calibrateAES encrypts records as a TLS connection does.
func calibrateAES() (time.Duration, error) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		return 0, fmt.Errorf("making a cipher: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return 0, fmt.Errorf("making a cipher: %w", err)
	}
	const records = 64
	record, nonce := make([]byte, 16<<10), make([]byte, seal.NonceSize())
	out := make([]byte, 0, len(record)+seal.Overhead())
	cpu, _, err := cost(16, func() error {
		for range records {
			seal.Seal(out, nonce, record, nil)
		}
		return nil
	})
	return cpu, err
}

func calibrateFile(dir string) (cpu, elapsed time.Duration, err error) {
	content := make([]byte, 30<<10)
	n := 0
	cpu, elapsed, err = cost(200, func() error {
		n++
		name := filepath.Join(dir, fmt.Sprintf("calibration-%d", n))
		f, err := os.OpenFile(name+".tmp", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		if _, err := f.Write(content); err != nil {
			return err
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if err := os.Rename(name+".tmp", name); err != nil {
			return err
		}
		folder, err := os.Open(dir)
		if err != nil {
			return err
		}
		if err := folder.Sync(); err != nil {
			return err
		}
		return folder.Close()
	})
	if err != nil {
		return 0, 0, fmt.Errorf("writing durable files: %w", err)
	}
	return cpu, elapsed, nil
}

// calibrateSQLite measures grouped durable inserts of rows, then reading them back.
func (c *Calibration) calibrateSQLite(ctx context.Context, dir string) (err error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "calibration.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return fmt.Errorf("opening a database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, `CREATE TABLE entry (id INTEGER PRIMARY KEY, uuid BLOB UNIQUE, a TEXT, b TEXT, c TEXT, xml BLOB)`); err != nil {
		return fmt.Errorf("making a table: %w", err)
	}
	if c.GroupedInsert, err = insertGroups(ctx, db); err != nil {
		return err
	}
	few, err := readRows(ctx, db, 1)
	if err != nil {
		return err
	}
	const rows = 101
	many, err := readRows(ctx, db, rows)
	if err != nil {
		return err
	}
	c.SelectRow = max(many-few, 0) / (rows - 1)
	c.Select = max(few-c.SelectRow, 0)
	return nil
}

// insertGroups gives the cost of one row among transactions of 64.
func insertGroups(ctx context.Context, db *sql.DB) (time.Duration, error) {
	insert, err := db.PrepareContext(ctx, `INSERT INTO entry VALUES (?,?,?,?,?,?)`)
	if err != nil {
		return 0, fmt.Errorf("preparing an insert: %w", err)
	}
	defer insert.Close()
	content, id, serial := make([]byte, 6<<10), make([]byte, 16), 0
	cpu, _, err := cost(30, func() error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		in := tx.StmtContext(ctx, insert)
		for range 64 {
			serial++
			if _, err := rand.Read(id); err != nil {
				return err
			}
			if _, err := in.ExecContext(ctx, serial, id, "11490-0", "20261103161500", "SA01", content); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
	return cpu / 64, err
}

// readRows gives the cost of reading that many neighbouring rows in a transaction.
func readRows(ctx context.Context, db *sql.DB, rows int) (time.Duration, error) {
	query, err := db.PrepareContext(ctx, `SELECT id, a, xml FROM entry WHERE id >= ? ORDER BY id LIMIT ?`)
	if err != nil {
		return 0, fmt.Errorf("preparing a query: %w", err)
	}
	defer query.Close()
	var id, a, xml sql.RawBytes
	cpu, _, err := cost(1000, func() error {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		answer, err := tx.StmtContext(ctx, query).QueryContext(ctx, 700, rows)
		if err != nil {
			return err
		}
		for answer.Next() {
			if err := answer.Scan(&id, &a, &xml); err != nil {
				return err
			}
		}
		return errors.Join(answer.Err(), answer.Close(), tx.Rollback())
	})
	return cpu, err
}

// calibrateHTTP measures a server process that does nothing but read what it gets and send what it is asked for.
func (c *Calibration) calibrateHTTP(ctx context.Context, null *process) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	exchange := func(in, out int) (time.Duration, error) {
		body := make([]byte, in)
		once := func() error {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/?out=%d", null.url, out), bytes.NewReader(body))
			if err != nil {
				return err
			}
			resp, err := client.Do(req)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			_, err = io.Copy(io.Discard, resp.Body)
			return err
		}
		n := 2000
		if in+out > 100<<10 {
			n = 100
		}
		for range n / 10 { // warm up
			if err := once(); err != nil {
				return 0, err
			}
		}
		before, err := null.processorTime()
		if err != nil {
			return 0, err
		}
		for range n {
			if err := once(); err != nil {
				return 0, err
			}
		}
		after, err := null.processorTime()
		return (after - before) / time.Duration(n), err
	}
	small, err := exchange(1<<10, 1<<10)
	if err != nil {
		return fmt.Errorf("calibrating HTTP: %w", err)
	}
	in, err := exchange(1<<20, 1<<10)
	if err != nil {
		return fmt.Errorf("calibrating HTTP: %w", err)
	}
	out, err := exchange(1<<10, 1<<20)
	if err != nil {
		return fmt.Errorf("calibrating HTTP: %w", err)
	}
	c.NullHTTP, c.HTTPIn, c.HTTPOut = small, max(in-small, 0), max(out-small, 0)
	return nil
}

// ServeNull is the other side of the HTTP calibration, run as a process of its own so that its processor time can be told
// from the client's: it reads every request whole and answers as many bytes as the query's out asks for. It prints the
// ready line and ends with the context.
func ServeNull(ctx context.Context, ready io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("opening the null server's listener: %w", err)
	}
	block := make([]byte, 64<<10)
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{r.Body}, make([]byte, 32<<10)); err != nil {
			return
		}
		var out int
		if _, err := fmt.Sscan(r.URL.Query().Get("out"), &out); err != nil {
			http.Error(w, "out is not a number", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(out))
		for out > 0 {
			n := min(out, len(block))
			if _, err := w.Write(block[:n]); err != nil {
				return
			}
			out -= n
		}
	})}
	stopped := context.AfterFunc(ctx, func() { server.Close() })
	defer stopped()
	fmt.Fprintf(ready, "{\"ready\":true,\"registry\":\"http://%s\",\"repository\":\"http://%s\",\"admin\":\"\"}\n", listener.Addr(), listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
