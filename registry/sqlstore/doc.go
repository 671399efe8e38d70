// Package sqlstore keeps the registry's objects in SQL: SQLite for one machine, PostgreSQL (or a database that speaks
// its protocol and dialect) for several processes. One code serves both; dialect.go and the two files beside it hold
// what differs.
//
// An object's key is patient<<21 | seq, so one patient's rows are neighbours and a query of a patient is one range
// scan. Columns hold what the stored queries filter on (ITI TF-2 3.18.4.1.2.3.7); what an answer shows is packed in two
// byte strings, face (ids and short attributes) and body (the object's ebRIM children), because every column more costs
// each row of each answer.
//
// Submissions go through a queue to one writer, which commits those that are waiting together: the price of a durable
// commit is shared without making a lone submission wait.
package sqlstore
