// Package fsblob keeps documents as files, each content once, named by the SHA-256 of its bytes:
//
//	DIR/blobs/ab/ab3f…   256 folders by the first byte, a file per content
//	DIR/staging/N/       what one process is about to store; taken away at the next start
//
// A file gets its name after its bytes are durable, and Commit returns after the name is durable, so that a registry row
// written afterwards never points to nothing. Folders are private (0700) and loose ones are refused: whoever may write
// there could put other bytes under a name. Names come from digests alone, never from what a message says.
package fsblob
