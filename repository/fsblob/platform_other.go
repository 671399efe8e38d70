//go:build !linux

package fsblob

// beginWriteback is a matter of speed only and does nothing here.
func beginWriteback(int) {}

// dropCached is a matter of memory only and does nothing here.
func dropCached(int) {}

// spread is a matter of speed only and does nothing here.
func spread(int) {}
