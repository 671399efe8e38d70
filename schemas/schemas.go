package schemas

import "embed"

// FS holds the schemas and service descriptions, one flat file name each.
//
//go:embed *.xsd *.wsdl
var FS embed.FS

// The service descriptions in FS: document/literal SOAP 1.2 bindings of the transactions that each actor serves.
const (
	// RegistryWSDL describes the Document Registry: ITI-18, ITI-42, ITI-44, ITI-51 and ITI-61.
	RegistryWSDL = "registry.wsdl"
	// RepositoryWSDL describes the Document Repository: ITI-41 and ITI-43, with MTOM.
	RepositoryWSDL = "repository.wsdl"
)

// AddressPlaceholder stands for the service's own address in both service descriptions.
const AddressPlaceholder = "urn:liasse:address"

// allSchemas is the file that imports every other schema of FS.
const allSchemas = "all.xsd"
