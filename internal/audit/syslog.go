package audit

import (
	"strconv"
)

// The parts of a syslog message that ITI TF-2 3.20.7.1 fixes: facility 10 (security and authorisation) with severity 5
// (notice), or 4 (warning) for what did not succeed.
const (
	priorityNotice  = "<85>"
	priorityWarning = "<84>"
	syslogID        = "IHE+RFC-3881"
	syslogApp       = "liasse"
	// Bounds of RFC 5424 section 6.
	maxHost, maxProcess = 255, 128
)

// AppendSyslog appends a record as one frame of syslog over TLS: its length in octets, a blank, and a message of RFC 5424
// whose MSG is the AuditMessage (RFC 5425 section 4.3). Whatever line ends the XML holds, the count is what delimits it.
func AppendSyslog(dst []byte, s *Source, r *Record) []byte {
	var head [512]byte
	h := head[:0]
	if r.Outcome == Success {
		h = append(h, priorityNotice...)
	} else {
		h = append(h, priorityWarning...)
	}
	h = append(h, "1 "...)
	h = r.Time.UTC().AppendFormat(h, "2006-01-02T15:04:05.000Z07:00")
	h = append(h, ' ')
	h = appendPrintable(h, s.Host, maxHost)
	h = append(h, " "+syslogApp+" "...)
	h = appendPrintable(h, s.Process, maxProcess)
	h = append(h, " "+syslogID+" - "...)
	dst = strconv.AppendInt(dst, int64(len(h)+len(r.XML)), 10)
	dst = append(dst, ' ')
	dst = append(dst, h...)
	return append(dst, r.XML...)
}

// appendPrintable appends a header field: printable ASCII without blanks, or the NILVALUE.
func appendPrintable(dst []byte, s string, most int) []byte {
	n := 0
	for i := 0; i < len(s) && n < most; i++ {
		if s[i] > 0x20 && s[i] < 0x7F {
			dst = append(dst, s[i])
			n++
		}
	}
	if n == 0 {
		return append(dst, '-')
	}
	return dst
}
