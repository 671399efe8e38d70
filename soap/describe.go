package soap

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"liasse/internal/xmltree"
)

const (
	wsdlNamespace   = "http://schemas.xmlsoap.org/wsdl/"
	schemaNamespace = "http://www.w3.org/2001/XMLSchema"
)

// describes tells whether a GET asks for the description of the endpoint.
func (h *handler) describes(r *http.Request) bool {
	if h.cfg.Service.Files == nil || h.cfg.Service.WSDL == "" {
		return false
	}
	key, _, _ := strings.Cut(r.URL.RawQuery, "=")
	return strings.EqualFold(key, "wsdl") || strings.EqualFold(key, "xsd")
}

// allowed lists the methods of the endpoint for the Allow header.
func (h *handler) allowed() string {
	if h.cfg.Service.WSDL == "" {
		return http.MethodPost
	}
	return "GET, HEAD, POST"
}

// describe serves ?wsdl, and ?xsd=NAME or ?wsdl=NAME for the files that it refers to.
func (h *handler) describe(w http.ResponseWriter, r *http.Request) {
	_, name, named := strings.Cut(r.URL.RawQuery, "=")
	name, err := url.QueryUnescape(name)
	if !named {
		name = h.cfg.Service.WSDL
	}
	extension := path.Ext(name)
	if err != nil || !fs.ValidPath(name) || (extension != ".wsdl" && extension != ".xsd") {
		http.Error(w, "No such description.", http.StatusNotFound)
		return
	}
	text, err := h.description(name, h.address(r))
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "No such description.", http.StatusNotFound)
		return
	}
	if err != nil {
		h.cfg.Log.Error().Err(err).Str("file", name).Msg("describing the endpoint")
		http.Error(w, "The description could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method == http.MethodGet {
		w.Write(text)
	}
}

// address gives the address of the endpoint as configured.
func (h *handler) address(r *http.Request) string {
	switch {
	case h.cfg.Service.Address != "":
		return h.cfg.Service.Address
	case !h.cfg.Service.FromHost:
		return ""
	case r.TLS != nil:
		return "https://" + r.Host + r.URL.Path
	}
	return "http://" + r.Host + r.URL.Path
}

// description reads a file and writes into it the address of the endpoint, and addresses of the same endpoint in place of
// the names of other files. Everything else stays as the file has it.
func (h *handler) description(name, address string) ([]byte, error) {
	src, err := fs.ReadFile(h.cfg.Service.Files, name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	doc, err := xmltree.Parse(src, xmltree.DocumentLimits)
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", name, err)
	}
	defer doc.Release()
	var out []byte
	done := 0
	for n := range doc.Root().Descendants() {
		attribute, value := rewritten(n, name, address)
		if attribute == "" {
			continue
		}
		from, to, ok := valueOf(src, n, attribute)
		if !ok || from < done {
			continue
		}
		out = append(out, src[done:from]...)
		out = appendAttribute(out, value)
		done = to
	}
	return append(out, src[done:]...), nil
}

// rewritten gives the attribute of an element of a WSDL or schema that is to be replaced, and its new value.
func rewritten(n xmltree.Node, file, address string) (attribute, value string) {
	switch {
	case n.Local() == "address" && strings.HasPrefix(n.Space(), wsdlNamespace+"soap"):
		if address != "" {
			return "location", address
		}
	case n.Is(wsdlNamespace, "import"):
		return "location", reference(n.AttrValue("", "location"), file, address)
	case n.Space() == schemaNamespace && (n.Local() == "import" || n.Local() == "include"):
		if location, ok := n.Attr("", "schemaLocation"); ok {
			return "schemaLocation", reference(location, file, address)
		}
	}
	return "", ""
}

// reference turns the name of a file beside another into the address under which this endpoint serves it.
func reference(location, file, address string) string {
	if strings.Contains(location, "://") {
		return location
	}
	name := path.Join(path.Dir(file), location)
	kind := "xsd"
	if path.Ext(name) == ".wsdl" {
		kind = "wsdl"
	}
	return address + "?" + kind + "=" + strings.ReplaceAll(url.QueryEscape(name), "%2F", "/")
}

// valueOf finds the bytes of an attribute's value in the source.
func valueOf(src []byte, n xmltree.Node, local string) (from, to int, ok bool) {
	for a := range n.Attrs() {
		if a.Local != local || a.Space != "" {
			continue
		}
		rest := src[a.Offset:]
		open := bytes.IndexAny(rest, `"'`)
		if open < 0 {
			return 0, 0, false
		}
		length := bytes.IndexByte(rest[open+1:], rest[open])
		if length < 0 {
			return 0, 0, false
		}
		from = a.Offset + open + 1
		return from, from + length, true
	}
	return 0, 0, false
}
