// Package registry is the Document Registry of IHE XDS.b: the metadata model (ITI TF-3 4.2), the rules of a submission
// (ITI-42, ITI-61), the stored queries (ITI-18, ITI-51), the patient identity feeds (ITI-8, ITI-44), and their SOAP
// transactions. It knows no country and no SQL: a Store keeps the objects, a Policy says who may see them.
package registry
