package soap

import (
	"fmt"
	"io"

	"liasse/internal/mime"
)

// messageBody reads a message as it goes over the wire: its envelope, then each attachment when its turn comes.
type messageBody struct {
	o           *outgoing
	attachments []Attachment
	progress    func()

	text []byte // what comes next that is already bytes
	next int    // of the attachments
	open io.ReadCloser
	left int64 // of the open attachment, below zero when its size is not known
	done bool
}

func newMessageBody(o *outgoing, root []byte, attachments []Attachment, progress func()) *messageBody {
	return &messageBody{o: o, attachments: attachments, progress: progress, text: root}
}

// Read gives the next bytes of the message.
func (m *messageBody) Read(p []byte) (int, error) {
	m.progress()
	for {
		if len(m.text) > 0 {
			n := copy(p, m.text)
			m.text = m.text[n:]
			return n, nil
		}
		if m.open != nil {
			n, err := m.readAttachment(p)
			if n > 0 || err != nil {
				return n, err
			}
			continue
		}
		if m.done {
			return 0, io.EOF
		}
		if err := m.advance(); err != nil {
			return 0, err
		}
	}
}

// advance goes to what comes after the envelope or an attachment.
func (m *messageBody) advance() error {
	if !m.o.mtom {
		m.done = true
		return nil
	}
	if m.next == len(m.attachments) {
		m.done = true
		m.text = mime.AppendEnd(nil, m.o.boundary)
		return nil
	}
	a := &m.attachments[m.next]
	m.next++
	open, err := a.Open()
	if err != nil {
		return fmt.Errorf("opening the attachment %s: %w", a.ContentID, err)
	}
	m.open, m.left = open, a.Size
	m.text = m.o.attachmentHeader(nil, a)
	return nil
}

// readAttachment reads on in the open attachment; nothing and no error when it has ended.
func (m *messageBody) readAttachment(p []byte) (int, error) {
	a := &m.attachments[m.next-1]
	n, err := m.open.Read(p)
	if a.Size >= 0 {
		if m.left -= int64(n); m.left < 0 {
			return 0, fmt.Errorf("the attachment %s has more than %d bytes", a.ContentID, a.Size)
		}
	}
	if err == nil {
		return n, nil
	}
	closing := m.open.Close()
	m.open = nil
	switch {
	case err != io.EOF:
		return n, fmt.Errorf("reading the attachment %s: %w", a.ContentID, err)
	case closing != nil:
		return n, fmt.Errorf("closing the attachment %s: %w", a.ContentID, closing)
	case a.Size >= 0 && m.left > 0:
		return n, fmt.Errorf("the attachment %s has %d bytes less than %d", a.ContentID, m.left, a.Size)
	}
	return n, nil
}

// Close closes the attachment that is open.
func (m *messageBody) Close() error {
	m.done, m.text = true, nil
	if m.open == nil {
		return nil
	}
	err := m.open.Close()
	m.open = nil
	return err
}
