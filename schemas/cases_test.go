package schemas

// A case is a message of testdata with one change, and what must be said of it.
type verdict struct {
	name, file string
	old, new   string // one replacement of the first occurrence; none when old is empty
	valid      bool
	says       string // part of the first violation's message
}

// payloadCases are judged as Payload. Every case without a note in intended gets the same verdict from the official schemas.
var payloadCases = []verdict{
	{name: "submit as it is", file: "submit.xml", valid: true},
	{name: "no list of objects", file: "provide.xml", old: `<rim:RegistryObjectList>
      <rim:ExtrinsicObject id="doc1" mimeType="text/plain"/>
      <rim:ExtrinsicObject id="doc2" mimeType="text/plain"/>
    </rim:RegistryObjectList>`, says: "RegistryObjectList"},
	{name: "an object without id", file: "submit.xml", old: ` id="doc1"`, says: "'id' is required"},
	{name: "an unknown attribute", file: "submit.xml", old: `mimeType=`, new: `mime="x" mimeType=`, says: "'mime' is not allowed"},
	{name: "an attribute of another namespace", file: "submit.xml", old: `mimeType=`, new: `rs:x="x" mimeType=`, says: "not allowed"},
	{name: "an unknown element", file: "submit.xml", old: `<Name>`, new: `<Label/><Name>`, says: "Label"},
	{name: "a name before a slot", file: "submit.xml", old: `<Slot name="creationTime">`, new: `<Name/><Slot name="creationTime">`, says: "Slot"},
	{name: "a description before the name", file: "submit.xml", old: `<Name><LocalizedString xml:lang`, new: `<Description/><Name><LocalizedString xml:lang`, says: "Name"},
	{name: "an identifier before a classification", file: "submit.xml", old: `<Classification id="c1"`,
		new: `<ExternalIdentifier id="x" registryObject="doc1" identificationScheme="urn:x" value="1"/><Classification id="c1"`, says: "Classification"},
	{name: "version info twice", file: "submit.xml", old: `<VersionInfo versionName="1"/>`, new: `<VersionInfo/><VersionInfo/>`, says: "VersionInfo"},
	{name: "a version name of 16", file: "submit.xml", old: `versionName="1"`, new: `versionName="1234567890123456"`, valid: true},
	{name: "a version name of 17", file: "submit.xml", old: `versionName="1"`, new: `versionName="12345678901234567"`, says: "maximum length of '16'"},
	{name: "a slot without name", file: "submit.xml", old: `<Slot name="creationTime">`, new: `<Slot>`, says: "'name' is required"},
	{name: "a slot without a list", file: "submit.xml", old: `<ValueList><Value>20260112083000</Value></ValueList>`, says: "ValueList"},
	{name: "a slot with two lists", file: "submit.xml", old: `<ValueList><Value>20260112083000</Value></ValueList>`, new: `<ValueList/><ValueList/>`, says: "ValueList"},
	{name: "a slot without values", file: "submit.xml", old: `<Value>20260112083000</Value>`, valid: true},
	{name: "a value of 256 characters", file: "submit.xml", old: `20260112083000`, new: long(256), valid: true},
	{name: "a value of 257 characters", file: "submit.xml", old: `20260112083000`, new: long(257), says: "maximum length of '256'"},
	{name: "an element in a value", file: "submit.xml", old: `20260112083000`, new: `<Slot name="x"/>`, says: "Value"},
	{name: "a text of 1024 characters", file: "submit.xml", old: `Compte rendu de consultation`, new: long(1024), valid: true},
	{name: "a text of 1025 characters", file: "submit.xml", old: `Compte rendu de consultation`, new: long(1025), says: "maximum length of '1024'"},
	{name: "a text without value", file: "submit.xml", old: `value="Relu"`, says: "'value' is required"},
	{name: "a text in a language that is no tag", file: "submit.xml", old: `xml:lang="fr-FR"`, new: `xml:lang="fr_FR"`, says: "lang"},
	{name: "a text in no language", file: "submit.xml", old: `xml:lang="fr-FR"`, new: `xml:lang=""`, valid: true},
	{name: "a name without text", file: "submit.xml", old: `<LocalizedString value="Relu"/>`, valid: true},
	{name: "a classification of nothing", file: "submit.xml", old: ` classifiedObject="doc1"`, says: "'classifiedObject' is required"},
	{name: "a classification without id", file: "submit.xml", old: `Classification id="c1"`, new: `Classification`, says: "'id' is required"},
	{name: "a classification of a scheme and a node", file: "submit.xml", old: `classificationScheme=`, new: `classificationNode="urn:n" classificationScheme=`, valid: true},
	{name: "an identifier of no object", file: "submit.xml", old: ` registryObject="doc1"`, says: "'registryObject' is required"},
	{name: "an identifier of no scheme", file: "submit.xml", old: ` identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"`, says: "'identificationScheme' is required"},
	{name: "an identifier without value", file: "submit.xml", old: ` value="1.2.3.4.5"`, says: "'value' is required"},
	{name: "an identifier of 257 characters", file: "submit.xml", old: `1.2.3.4.5`, new: long(257), says: "maximum length of '256'"},
	{name: "an association without type", file: "submit.xml", old: ` associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"`, says: "'associationType' is required"},
	{name: "an association from nowhere", file: "submit.xml", old: ` sourceObject="set1"`, says: "'sourceObject' is required"},
	{name: "an association to nowhere", file: "submit.xml", old: ` targetObject="doc1"`, says: "'targetObject' is required"},
	{name: "an opaque that is no boolean", file: "submit.xml", old: `mimeType=`, new: `isOpaque="no" mimeType=`, says: "not a valid value"},
	{name: "an id with blanks around", file: "submit.xml", old: `id="doc1"`, new: `id=" doc1 "`, valid: true},
	{name: "text between objects", file: "submit.xml", old: `<ObjectRef`, new: `here<ObjectRef`, says: "content"},
	{name: "a slot in the list of objects", file: "submit.xml", old: `<ObjectRef`, new: `<Slot name="x"><ValueList/></Slot><ObjectRef`, says: "Slot"},
	{name: "a request with slots", file: "submit.xml", old: `<RegistryObjectList>`, new: `<rs:RequestSlotList><Slot name="x"><ValueList/></Slot></rs:RequestSlotList><RegistryObjectList>`, valid: true},
	{name: "a package with objects", file: "submit.xml", old: `value="1.2.3.9"/>`, new: `value="1.2.3.9"/><RegistryObjectList><ObjectRef id="x"/></RegistryObjectList>`, valid: true},
	{name: "an object with its type in xsi:type", file: "submit.xml", old: `id="doc1"`, new: `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ExtrinsicObjectType" id="doc1"`, valid: true},
	{name: "an object with another type in xsi:type", file: "submit.xml", old: `id="doc1"`, new: `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="AssociationType1" id="doc1"`, says: "type"},

	{name: "provide as it is", file: "provide.xml", valid: true},
	{name: "a document without id", file: "provide.xml", old: `xds:Document id="doc1"`, new: `xds:Document`, says: "'id' is required"},
	{name: "no document", file: "provide.xml", old: `<xds:Document id="doc1">Qm9uam91cg==</xds:Document>`, valid: true},
	{name: "a document before the metadata", file: "provide.xml", old: `<lcm:SubmitObjectsRequest>`, new: `<xds:Document id="x"/><lcm:SubmitObjectsRequest>`, says: "Document"},
	{name: "a document that is no base64", file: "provide.xml", old: `Qm9uam91cg==`, new: `Bonjour!`, says: "base64Binary"},
	{name: "a document of a wrong length", file: "provide.xml", old: `Qm9uam91cg==`, new: `Qm9uam91cg=`, says: "base64Binary"},
	{name: "an empty document", file: "provide.xml", old: `Qm9uam91cg==`, valid: true},
	{name: "an element in a document", file: "provide.xml", old: `Qm9uam91cg==`, new: `<b/>`, says: "Document"},
	{name: "a document of no namespace", file: "provide.xml", old: `<xds:Document id="doc1">Qm9uam91cg==</xds:Document>`, new: `<Document id="doc1"/>`, says: "Document"},

	{name: "query as it is", file: "query.xml", valid: true},
	{name: "a query without option", file: "query.xml", old: `<query:ResponseOption returnComposedObjects="true" returnType="LeafClass"/>`, says: "AdhocQuery"},
	{name: "an option without attributes", file: "query.xml", old: ` returnComposedObjects="true" returnType="LeafClass"`, valid: true},
	{name: "a return type that does not exist", file: "query.xml", old: `LeafClass`, new: `Leaf`, says: "enumeration"},
	{name: "references", file: "query.xml", old: `LeafClass`, new: `ObjectRef`, valid: true},
	{name: "documents too", file: "query.xml", old: `LeafClass`, new: `LeafClassWithRepositoryItem`, valid: true},
	{name: "a query without id", file: "query.xml", old: ` id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"`, says: "'id' is required"},
	{name: "a query with a home", file: "query.xml", old: `<rim:AdhocQuery`, new: `<rim:AdhocQuery home="urn:oid:1.2"`, valid: true},
	{name: "a query in words", file: "query.xml", old: `</rim:AdhocQuery>`, new: `<rim:QueryExpression queryLanguage="urn:sql">select</rim:QueryExpression></rim:AdhocQuery>`, valid: true},
	{name: "a start index that is no number", file: "query.xml", old: `startIndex="0"`, new: `startIndex="first"`, says: "integer"},
	{name: "a federated that is no boolean", file: "query.xml", old: `federated="false"`, new: `federated="maybe"`, says: "boolean"},
	{name: "two queries", file: "query.xml", old: `</rim:AdhocQuery>`, new: `</rim:AdhocQuery><rim:AdhocQuery id="x"/>`, says: "AdhocQuery"},

	{name: "answer as it is", file: "answer.xml", valid: true},
	{name: "an answer without status", file: "answer.xml", old: ` status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"`, says: "'status' is required"},
	{name: "failed answer as it is", file: "answer-failed.xml", valid: true},
	{name: "an answer without list", file: "answer-failed.xml", old: `<rim:RegistryObjectList/>`, says: "RegistryObjectList"},
	{name: "an empty list of errors", file: "answer.xml", old: `<rs:RegistryError errorCode="XDSRegistryError" codeContext="said" severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning"/>`, says: "RegistryErrorList"},
	{name: "a count that is no number", file: "answer.xml", old: `totalResultCount="3"`, new: `totalResultCount="all"`, says: "integer"},

	{name: "response as it is", file: "response.xml", valid: true},
	{name: "an error without code", file: "response.xml", old: ` errorCode="XDSUnknownPatientId"`, says: "'errorCode' is required"},
	{name: "an error without context", file: "response.xml", old: ` codeContext="who"`, says: "'codeContext' is required"},
	{name: "an unknown attribute of a response", file: "response.xml", old: ` requestId=`, new: ` id=`, says: "'id' is not allowed"},
	{name: "a list of objects in a response", file: "response.xml", old: `</rs:RegistryErrorList>`,
		new: `</rs:RegistryErrorList><RegistryObjectList xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"/>`, says: "RegistryObjectList"},

	{name: "retrieve as it is", file: "retrieve.xml", valid: true},
	{name: "a request of the document first", file: "retrieve.xml", old: `<RepositoryUniqueId>1.2.3.4</RepositoryUniqueId>`, says: "DocumentUniqueId"},
	{name: "a request without document", file: "retrieve.xml", old: `<DocumentUniqueId>1.2.3.4.5^6</DocumentUniqueId>`, says: "DocumentRequest"},
	{name: "a home at the end", file: "retrieve.xml", old: `<DocumentUniqueId>1.2.3.4.7</DocumentUniqueId>`, new: `<DocumentUniqueId>1</DocumentUniqueId><HomeCommunityId>urn:oid:1.2</HomeCommunityId>`, says: "HomeCommunityId"},
	{name: "a repository of 257 characters", file: "retrieve.xml", old: `1.2.3.4`, new: long(257), says: "maximum length of '256'"},

	{name: "retrieved as it is", file: "retrieved.xml", valid: true},
	{name: "no media type", file: "retrieved.xml", old: `<mimeType>text/plain</mimeType>`, says: "Document"},
	{name: "no content", file: "retrieved.xml", old: `<Document>Qm9uam91cg==</Document>`, says: "DocumentResponse"},
	{name: "no new identifiers", file: "retrieved.xml", old: `<NewDocumentUniqueId>1.2.3.4.8</NewDocumentUniqueId>`, valid: true},
	{name: "the new document before the new repository", file: "retrieved.xml", old: `<NewRepositoryUniqueId>`, new: `<NewDocumentUniqueId>1</NewDocumentUniqueId><NewRepositoryUniqueId>`, says: "NewRepositoryUniqueId"},

	{name: "remove as it is", file: "remove.xml", valid: true},
	{name: "remove with a scope", file: "remove.xml", old: `xmlns:rim`, new: `deletionScope="urn:x" xmlns:rim`, valid: true},
	{name: "a reference without id", file: "remove.xml", old: ` id="urn:uuid:00000000-0000-4000-8000-000000000001"`, says: "'id' is required"},

	{name: "a document inside its entry", file: "answer.xml", old: `<ContentVersionInfo/>`, new: `<Document xmlns="urn:ihe:iti:xds-b:2007">QQ==</Document>`, valid: true},
	{name: "a document that is not base64", file: "answer.xml", old: `<ContentVersionInfo/>`, new: `<Document xmlns="urn:ihe:iti:xds-b:2007">Q*==</Document>`, says: "base64"},
	{name: "two documents inside one entry", file: "answer.xml", old: `<ContentVersionInfo/>`, new: `<Document xmlns="urn:ihe:iti:xds-b:2007"/><Document xmlns="urn:ihe:iti:xds-b:2007"/>`, says: "Document"},
	{name: "a document before the version of its content", file: "answer.xml", old: `<ContentVersionInfo/>`, new: `<Document xmlns="urn:ihe:iti:xds-b:2007">QQ==</Document><ContentVersionInfo/>`, says: "ContentVersionInfo"},

	// The official schemas judge these otherwise: see intended.
	{name: "an organisation", file: "submit.xml", old: `<ObjectRef`, new: `<Organization id="o"/><ObjectRef`, says: "Organization"},
	{name: "a bare Identifiable", file: "submit.xml", old: `<ObjectRef`, new: `<Identifiable id="o"/><ObjectRef`, says: "Identifiable"},
	{name: "a bare RegistryObject", file: "submit.xml", old: `<ObjectRef`, new: `<RegistryObject id="o"/><ObjectRef`, says: "RegistryObject"},
	{name: "a query among the objects", file: "submit.xml", old: `<ObjectRef`, new: `<AdhocQuery id="o"/><ObjectRef`, says: "AdhocQuery"},

	{name: "add as it is", file: "patient-add.xml", valid: true},
	{name: "no patient id", file: "patient-add.xml", old: `<id root="1.3.6.1.4.1.21367.13.20.1000" extension="42"/>`, says: "statusCode"},
	{name: "no version of the ITS", file: "patient-add.xml", old: ` ITSVersion="XML_1.0"`, says: "'ITSVersion' is required"},
	{name: "a root that is no OID", file: "patient-add.xml", old: `root="1.3.6.1.4.1.21367.13.20.1000"`, new: `root="1.03.6"`, says: "pattern"},
	{name: "a time that is none", file: "patient-add.xml", old: `20260112083000`, new: `2026-01-12`, says: "pattern"},
	{name: "no sender", file: "patient-add.xml", old: `<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.3.200"/></device></sender>`, says: "controlActProcess"},
	{name: "merge as it is", file: "patient-merge.xml", valid: true},
	{name: "a merge that replaces twice", file: "patient-merge.xml", old: `</replacementOf>`, new: `</replacementOf><replacementOf/>`, says: "replacementOf"},
	{name: "a prior role without id", file: "patient-merge.xml", old: `<id root="1.3.6.1.4.1.21367.13.20.1000" extension="43"/>`, says: "priorRegisteredRole"},
	{name: "acknowledgement as it is", file: "patient-ack.xml", valid: true},
	{name: "an acknowledgement of no known kind", file: "patient-ack.xml", old: `code="CE"`, new: `code="OK"`, says: "enumeration"},
	{name: "details before the target", file: "patient-ack.xml", old: `<targetMessage>`, new: `<acknowledgementDetail/><targetMessage>`, says: "acknowledgementDetail"},
}

// intended says why ours and the official schemas may differ, by the case's name. In each ours is the narrower: it
// leaves out what XDS.b has no use for.
var intended = map[string]string{
	"an organisation":           "ebRIM's organisations, persons, services, audit events and subscriptions have no place in XDS.b (ITI TF-3 4.2.1)",
	"a bare Identifiable":       "an object of no class is none of XDS (ITI TF-3 4.2.1)",
	"a bare RegistryObject":     "an object of no class is none of XDS (ITI TF-3 4.2.1)",
	"a query among the objects": "queries are not registered in XDS.b",
}

// messageCases are judged as Message.
var messageCases = []verdict{
	{name: "a request", file: "envelope.xml", valid: true},
	{name: "a fault", file: "fault.xml", valid: true},
	{name: "an envelope attribute", file: "envelope.xml", old: `<s:Envelope `, new: `<s:Envelope plain="1" `, says: "'plain' is not allowed"},
	{name: "an unknown child of the envelope", file: "envelope.xml", old: `<s:Body>`, new: `<s:Tail/><s:Body>`, says: "Tail"},
	{name: "a mustUnderstand that is no boolean", file: "envelope.xml", old: `mustUnderstand="true"`, new: `mustUnderstand="yes"`, says: "boolean"},
	{name: "two bodies", file: "envelope.xml", old: `</s:Body>`, new: `</s:Body><s:Body/>`, says: "Body"},
	{name: "a fault code of no kind", file: "fault.xml", old: `s:Sender`, new: `s:Client`, says: "enumeration"},
	{name: "a fault code of another namespace", file: "fault.xml", old: `s:Sender`, new: `a:Sender`, says: "enumeration"},
	{name: "a fault without reason", file: "fault.xml", old: `<s:Reason><s:Text xml:lang="en">no action</s:Text><s:Text xml:lang="fr">pas d'action</s:Text></s:Reason>`, says: "Role"},
	{name: "a reason without language", file: "fault.xml", old: ` xml:lang="en"`, says: "lang"},
	{name: "a fault with a subcode that is no name", file: "fault.xml", old: `a:MessageAddressingHeaderRequired`, new: `b:None`, says: "QName"},

	// Here the official set has no schema to say it.
	{name: "a reply address without address", file: "envelope.xml", old: `<a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address>`, says: "ReplyTo"},
	{name: "a body of something else", file: "fault.xml", old: `<s:Fault>`, new: `<x/><s:Fault>`, says: "more than one element"},
}

func long(n int) string {
	s := make([]rune, n)
	for i := range s {
		s[i] = 'é'
	}
	return string(s)
}
