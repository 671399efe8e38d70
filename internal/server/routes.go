package server

import "net/http"

// routes finds an endpoint by its exact path. Nothing is cleaned, redirected or guessed: another spelling of a path is
// another path.
type routes map[string]http.Handler

// ServeHTTP answers 404 for a path that is no endpoint, before a byte of the body is read.
func (r routes) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Host != "" || req.URL.Scheme != "" {
		// The absolute form is for proxies (RFC 9112 3.2.2), and this is none.
		refuseConnection(w, http.StatusBadRequest)
		return
	}
	endpoint, ok := r[req.URL.Path]
	if !ok || req.URL.RawPath != "" {
		refuseConnection(w, http.StatusNotFound)
		return
	}
	if len(req.TransferEncoding) > 0 {
		// net/http hides a Content-Length beside Transfer-Encoding. Somebody before us may have gone by it, and would then
		// take what follows for another request, so nothing that follows is read (RFC 9112 6.1).
		w.Header().Set("Connection", "close")
	}
	endpoint.ServeHTTP(w, req)
}

func refuseConnection(w http.ResponseWriter, status int) {
	w.Header().Set("Connection", "close")
	http.Error(w, http.StatusText(status), status)
}
