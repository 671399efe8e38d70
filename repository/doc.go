// Package repository is the XDS.b Document Repository actor (ITI TF-1 10.1.1.3): it takes lots of documents (ITI-41),
// keeps their bytes, has their metadata registered (ITI-42, in process or over the wire) and gives the bytes back
// (ITI-43). It knows no SQL and no file system: bytes go to a Blobs, everything else to a registry.Store.
package repository
