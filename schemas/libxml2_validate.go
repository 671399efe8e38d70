package schemas

/*
#cgo pkg-config: libxml-2.0
#include <stdlib.h>
#include <string.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>

#define COMPLAINTS 100
#define DEPTH 2048

// One complaint: the words and, from the root down, the number of each element among its element siblings.
typedef struct {
	char *message;
	int *path;
	int depth;
} complaint;

typedef struct {
	complaint list[COMPLAINTS];
	int count;
} complaints;

static int elementNumber(xmlNodePtr n) {
	int number = 0;
	for (n = n->prev; n != NULL; n = n->prev)
		if (n->type == XML_ELEMENT_NODE)
			number++;
	return number;
}

static int elementPath(xmlNodePtr n, int **path) {
	int depth = 0, i;
	xmlNodePtr up;
	*path = NULL;
	if (n != NULL && n->type == XML_ATTRIBUTE_NODE)
		n = n->parent;
	for (up = n; up != NULL && up->type == XML_ELEMENT_NODE; up = up->parent)
		depth++;
	if (depth < 2 || depth > DEPTH)
		return 0;
	depth--; // the root needs no number
	*path = malloc(depth * sizeof(int));
	if (*path == NULL)
		return 0;
	for (i = depth - 1, up = n; i >= 0; i--, up = up->parent)
		(*path)[i] = elementNumber(up);
	return depth;
}

// libxml2 2.12 made the argument constant.
#if LIBXML_VERSION >= 21200
typedef const xmlError *raised;
#else
typedef xmlErrorPtr raised;
#endif

static void complain(void *to, raised error) {
	complaints *all = to;
	complaint *one;
	if (all->count >= COMPLAINTS || error->message == NULL)
		return;
	one = &all->list[all->count];
	one->message = strdup(error->message);
	if (one->message == NULL)
		return;
	one->depth = elementPath(error->node, &one->path);
	all->count++;
}

static complaints *newComplaints(void) { return calloc(1, sizeof(complaints)); }

static void freeComplaints(complaints *all) {
	int i;
	for (i = 0; i < all->count; i++) {
		free(all->list[i].message);
		free(all->list[i].path);
	}
	free(all);
}

static complaint *complaintAt(complaints *all, int i) { return &all->list[i]; }

static void collectIn(xmlSchemaValidCtxtPtr context, complaints *all) {
	xmlSchemaSetValidStructuredErrors(context, complain, all);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// complaint is what libxml2 says of one element: its words, and the way to the element from the root by the number of
// each child element, counted from 0.
type complaint struct {
	message string
	path    []int
}

// validate runs a compiled schema over a parsed document, both given as libxml2's own pointers. The binding gives errors
// without their place; this asks the library for the node. At most 100 complaints come back.
func validate(schema, document uintptr) ([]complaint, error) {
	context := C.xmlSchemaNewValidCtxt((*C.xmlSchema)(pointer(schema)))
	if context == nil {
		return nil, errors.New("libxml2 gave no validation context")
	}
	defer C.xmlSchemaFreeValidCtxt(context)
	all := C.newComplaints()
	if all == nil {
		return nil, errors.New("libxml2 has no memory for its complaints")
	}
	defer C.freeComplaints(all)
	C.collectIn(context, all)

	code := C.xmlSchemaValidateDoc(context, (*C.xmlDoc)(pointer(document)))
	if code < 0 {
		return nil, fmt.Errorf("libxml2 failed with %d", int(code))
	}
	found := make([]complaint, 0, int(all.count))
	for i := range all.count {
		c := C.complaintAt(all, i)
		one := complaint{message: strings.TrimSpace(C.GoString(c.message))}
		for _, number := range unsafe.Slice(c.path, int(c.depth)) {
			one.path = append(one.path, int(number))
		}
		found = append(found, one)
	}
	if code > 0 && len(found) == 0 {
		return nil, fmt.Errorf("libxml2 refused the document with %d and gave no reason", int(code))
	}
	return found, nil
}

// pointer makes a C pointer of the number by which the binding hands it out. It points at memory of the library, which
// Go's collector neither moves nor frees.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }
