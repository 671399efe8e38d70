package fsblob

import "golang.org/x/sys/unix"

// beginWriteback asks the kernel to start writing a file out, so that several files travel together before the first
// one is waited for. It promises nothing; fsync does.
func beginWriteback(fd int) { _ = unix.SyncFileRange(fd, 0, 0, unix.SYNC_FILE_RANGE_WRITE) }

// dropCached tells that a written file's pages will not be needed soon. The pages go to the next file written, which
// costs a third less processor time than fresh ones (see BenchmarkCommit).
func dropCached(fd int) { _ = unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED) }
