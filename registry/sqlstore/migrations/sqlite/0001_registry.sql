-- +goose Up

-- Patients of the affinity domain. survivor is the patient at the end of the merge chain, or the patient itself.
-- next_seq is what the next object of this patient gets as the low 21 bits of its key.
CREATE TABLE patient (
    id       INTEGER PRIMARY KEY,
    cx       TEXT    NOT NULL UNIQUE,
    survivor INTEGER NOT NULL REFERENCES patient (id),
    next_seq INTEGER NOT NULL
);
CREATE INDEX patient_survivor ON patient (survivor);

-- Coded values, interned once for each attribute. id 0 stands for an absent value and has no row.
CREATE TABLE code (
    id     INTEGER PRIMARY KEY,
    kind   INTEGER NOT NULL,
    value  TEXT    NOT NULL,
    scheme TEXT    NOT NULL,
    UNIQUE (kind, value, scheme)
);

-- The directory of entryUUIDs over all kinds of objects.
CREATE TABLE object (
    uuid BLOB    PRIMARY KEY,
    id   INTEGER NOT NULL,
    kind INTEGER NOT NULL
) WITHOUT ROWID;

-- The key of every object is patient<<21 | seq, so that one patient's rows lie side by side. lid is NULL when it is
-- the object's own entryUUID. Times are 14 digits or empty. face and body are packed by face.go; they come last so
-- that a filter never reads their overflow pages.
CREATE TABLE document (
    id            INTEGER PRIMARY KEY,
    status        INTEGER NOT NULL,
    type          INTEGER NOT NULL,
    superseded    INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    class_code    INTEGER NOT NULL,
    type_code     INTEGER NOT NULL,
    practice_code INTEGER NOT NULL,
    facility_code INTEGER NOT NULL,
    format_code   INTEGER NOT NULL,
    creation      TEXT    NOT NULL,
    service_start TEXT    NOT NULL,
    service_stop  TEXT    NOT NULL,
    registered    INTEGER NOT NULL,
    lid           BLOB,
    unique_id     TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    face          BLOB    NOT NULL,
    body          BLOB    NOT NULL
);
CREATE INDEX document_unique_id ON document (unique_id);
CREATE INDEX document_lid ON document (lid) WHERE lid IS NOT NULL;

CREATE TABLE document_code (
    document INTEGER NOT NULL REFERENCES document (id),
    code     INTEGER NOT NULL REFERENCES code (id),
    PRIMARY KEY (document, code)
) WITHOUT ROWID;

CREATE TABLE reference_id (
    document INTEGER NOT NULL REFERENCES document (id),
    ordinal  INTEGER NOT NULL,
    value    TEXT    NOT NULL,
    PRIMARY KEY (document, ordinal)
) WITHOUT ROWID;

CREATE TABLE submission_set (
    id           INTEGER PRIMARY KEY,
    status       INTEGER NOT NULL,
    content_type INTEGER NOT NULL,
    source_id    TEXT    NOT NULL,
    submitted    TEXT    NOT NULL,
    registered   INTEGER NOT NULL,
    unique_id    TEXT    NOT NULL UNIQUE,
    face         BLOB    NOT NULL,
    body         BLOB    NOT NULL
);

CREATE TABLE folder (
    id         INTEGER PRIMARY KEY,
    status     INTEGER NOT NULL,
    superseded INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    updated    TEXT    NOT NULL,
    registered INTEGER NOT NULL,
    lid        BLOB,
    unique_id  TEXT    NOT NULL,
    face       BLOB    NOT NULL,
    body       BLOB    NOT NULL
);
CREATE INDEX folder_unique_id ON folder (unique_id);
CREATE UNIQUE INDEX folder_first_version ON folder (unique_id) WHERE lid IS NULL;
CREATE INDEX folder_lid ON folder (lid) WHERE lid IS NOT NULL;

CREATE TABLE folder_code (
    folder INTEGER NOT NULL REFERENCES folder (id),
    code   INTEGER NOT NULL REFERENCES code (id),
    PRIMARY KEY (folder, code)
) WITHOUT ROWID;

-- authorPerson of DocumentEntries and SubmissionSets.
CREATE TABLE author (
    object  INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    person  TEXT    NOT NULL,
    PRIMARY KEY (object, ordinal)
) WITHOUT ROWID;

-- source and target are keys of objects; type and the kinds are numbers of the registry's vocabulary.
CREATE TABLE association (
    id          INTEGER PRIMARY KEY,
    source      INTEGER NOT NULL,
    target      INTEGER NOT NULL,
    type        INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    registered  INTEGER NOT NULL,
    face        BLOB    NOT NULL,
    body        BLOB    NOT NULL
);
CREATE INDEX association_source ON association (source, type, target);
CREATE INDEX association_target ON association (target, type, source);

-- Where the bytes of documents are.
CREATE TABLE content (
    unique_id TEXT    PRIMARY KEY,
    sha256    BLOB    NOT NULL,
    sha1      BLOB    NOT NULL,
    size      INTEGER NOT NULL,
    mime_type TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX content_sha256 ON content (sha256);

-- +goose Down
DROP TABLE content;
DROP TABLE association;
DROP TABLE author;
DROP TABLE folder_code;
DROP TABLE folder;
DROP TABLE submission_set;
DROP TABLE reference_id;
DROP TABLE document_code;
DROP TABLE document;
DROP TABLE object;
DROP TABLE code;
DROP TABLE patient;
