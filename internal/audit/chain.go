package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"
	"time"
)

// Hash is the SHA-256 that links a record to all those before it in its chain.
type Hash [sha256.Size]byte

// String is hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ChainID names a chain. There is one for each run of a process on a store.
type ChainID int64

// String is hexadecimal.
func (c ChainID) String() string { return strconv.FormatUint(uint64(c), 16) }

// ParseChainID reads what String wrote.
func ParseChainID(s string) (ChainID, error) {
	n, err := strconv.ParseUint(s, 16, 64)
	return ChainID(n), err
}

// Record is a message at its place in a chain.
type Record struct {
	Message
	Chain ChainID
	// Seq counts from 1 without gaps.
	Seq int64
	// Hash is Link of this record and the hash of the one before it.
	Hash Hash
	// Pruned tells that the message was taken out when its retention ended: Digest is then what is left of it.
	Pruned bool
	Digest Hash
}

// Head is the last record of a chain.
type Head struct {
	Chain ChainID
	Seq   int64
	Hash  Hash
}

// DigestOf gives the digest of everything a message says, the columns that it is found by among it.
func DigestOf(m *Message) Hash {
	h := sha256.New()
	var number [8]byte
	field := func(s string) {
		binary.BigEndian.PutUint64(number[:], uint64(len(s)))
		h.Write(number[:])
		io.WriteString(h, s)
	}
	for _, s := range [...]string{m.Event, m.Kinds, string(rune(m.Action)), strconv.Itoa(int(m.Outcome)), m.Patient, m.User} {
		field(s)
	}
	binary.BigEndian.PutUint64(number[:], uint64(len(m.XML)))
	h.Write(number[:])
	h.Write(m.XML)
	return sumOf(h)
}

func sumOf(h hash.Hash) (sum Hash) {
	h.Sum(sum[:0])
	return sum
}

// Link gives the hash of a record: of the one before it, its place, its time and class, and the digest of its message. The
// message itself is not part of it, so that a chain from which messages were pruned can still be verified.
func Link(before Hash, chain ChainID, seq int64, at time.Time, class Class, digest Hash) Hash {
	h := sha256.New()
	h.Write(before[:])
	var numbers [24]byte
	binary.BigEndian.PutUint64(numbers[0:], uint64(chain))
	binary.BigEndian.PutUint64(numbers[8:], uint64(seq))
	binary.BigEndian.PutUint64(numbers[16:], uint64(at.UnixMicro()))
	h.Write(numbers[:])
	io.WriteString(h, string(class))
	h.Write(digest[:])
	return sumOf(h)
}

// Append makes the record that follows a head. The time is kept to the microsecond.
func (h *Head) Append(m Message) Record {
	m.Time = m.Time.Truncate(time.Microsecond)
	r := Record{Message: m, Chain: h.Chain, Seq: h.Seq + 1}
	r.Hash = Link(h.Hash, r.Chain, r.Seq, m.Time, m.Class, DigestOf(&m))
	h.Seq, h.Hash = r.Seq, r.Hash
	return r
}

// UnmarshalText reads hexadecimal.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return fmt.Errorf("%d characters are no SHA-256", len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// MarshalText is hexadecimal.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// MarshalText is hexadecimal.
func (c ChainID) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
