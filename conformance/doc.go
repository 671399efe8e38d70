// Package conformance judges an XDS.b Document Registry and Document Repository from outside: it sends messages over
// HTTP and looks at the answers, and so runs against any server that speaks ITI-18, 41, 42, 43 (and 44, 51, 61, 8 where
// it has them).
//
// A suite is a YAML file (suites/*.yaml) of checks. A check says what is given, what is sent and what must come back,
// with a stable id and the section of the standard. docs/conformance.md tells how to read and write one. Messages are
// built with etree and taken apart with the standard library, never with the packages that Liasse serves with: the
// witness must not share the faults of what it judges.
package conformance
