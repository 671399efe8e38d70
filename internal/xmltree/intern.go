package xmltree

import "hash/maphash"

// seed makes the hashes differ from process to process, so that no sender can choose names that collide.
var seed = maphash.MakeSeed()

// interner numbers distinct byte strings from firstOwn up, in time linear in their length.
type interner struct {
	refs  []ref    // by id - firstOwn
	sums  []uint32 // their hashes
	slots []int32  // open addressing: id or 0
}

const fewestSlots = 64

func (t *interner) reset() {
	if len(t.refs) > 0 {
		clear(t.slots)
	}
	t.refs, t.sums = t.refs[:0], t.sums[:0]
}

// intern gives the id of the bytes, which lie at r; bytesAt reads earlier ones.
func (t *interner) intern(p *parser, b []byte, r ref) int32 {
	sum := uint32(maphash.Bytes(seed, b))
	if len(t.refs)*2 >= len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	for at := sum & mask; ; at = (at + 1) & mask {
		id := t.slots[at]
		if id == 0 {
			t.refs = append(t.refs, r)
			t.sums = append(t.sums, sum)
			id = int32(len(t.refs)-1) + firstOwn
			t.slots[at] = id
			return id
		}
		if t.sums[id-firstOwn] == sum && string(p.bytes(t.refs[id-firstOwn])) == string(b) {
			return id
		}
	}
}

// find gives the id of a string in a document that has been read, or none.
func (t *interner) find(d *Document, s string) int32 {
	if len(t.refs) == 0 {
		return none
	}
	sum := uint32(maphash.String(seed, s))
	mask := uint32(len(t.slots) - 1)
	for at := sum & mask; ; at = (at + 1) & mask {
		id := t.slots[at]
		if id == 0 {
			return none
		}
		if t.sums[id-firstOwn] == sum && d.string(t.refs[id-firstOwn]) == s {
			return id
		}
	}
}

func (t *interner) grow() {
	t.slots = make([]int32, max(fewestSlots, 2*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for i, sum := range t.sums {
		at := sum & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = int32(i) + firstOwn
	}
}

// seenNames finds two attributes of one element with one expanded name. Comparing every pair is fastest for the few
// that real elements have; past fewAttributes a table keeps the time linear.
type seenNames struct {
	slots []seenName
	round uint32
}

type seenName struct {
	round uint32
	attr  int32
}

const fewAttributes = 8

// duplicate gives the index of the first attribute that has the expanded name of an earlier one, or none.
func (s *seenNames) duplicate(p *parser, attrs []attr) int {
	if len(attrs) <= fewAttributes {
		for i := 1; i < len(attrs); i++ {
			for j := range i {
				if attrs[i].space == attrs[j].space && p.sameLocal(&attrs[i], &attrs[j]) {
					return i
				}
			}
		}
		return none
	}
	if len(s.slots) < 2*len(attrs) {
		size := 4 * fewAttributes
		for size < 2*len(attrs) {
			size *= 2
		}
		s.slots, s.round = make([]seenName, size), 0
	}
	s.round++
	if s.round == 0 { // wrapped around: old marks could look new
		clear(s.slots)
		s.round = 1
	}
	mask := uint32(len(s.slots) - 1)
	for i := range attrs {
		sum := uint32(maphash.Bytes(seed, p.bytes(attrs[i].localName()))) ^ uint32(attrs[i].space)*0x9E3779B1
		at := sum & mask
		for ; s.slots[at].round == s.round; at = (at + 1) & mask {
			other := &attrs[s.slots[at].attr]
			if other.space == attrs[i].space && p.sameLocal(other, &attrs[i]) {
				return i
			}
		}
		s.slots[at] = seenName{s.round, int32(i)}
	}
	return none
}
