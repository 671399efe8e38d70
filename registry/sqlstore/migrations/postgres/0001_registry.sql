-- +goose Up

-- Patients of the affinity domain. survivor is the patient at the end of the merge chain, or the patient itself.
-- next_seq is what the next object of this patient gets as the low 21 bits of its key.
CREATE TABLE patient (
    id       BIGINT  PRIMARY KEY,
    cx       TEXT COLLATE "C" NOT NULL UNIQUE,
    survivor BIGINT  NOT NULL REFERENCES patient (id),
    next_seq BIGINT  NOT NULL
);
CREATE INDEX patient_survivor ON patient (survivor);

-- Coded values, interned once for each attribute. id 0 stands for an absent value and has no row.
CREATE TABLE code (
    id     BIGINT  PRIMARY KEY,
    kind   BIGINT  NOT NULL,
    value  TEXT COLLATE "C" NOT NULL,
    scheme TEXT COLLATE "C" NOT NULL,
    UNIQUE (kind, value, scheme)
);

-- The directory of entryUUIDs over all kinds of objects.
CREATE TABLE object (
    uuid BYTEA   PRIMARY KEY,
    id   BIGINT  NOT NULL,
    kind BIGINT  NOT NULL
);

-- The key of every object is patient<<21 | seq, so that one patient's rows lie side by side. lid is NULL when it is
-- the object's own entryUUID. Times are 14 digits or empty. face and body are packed by face.go; they come last so
-- that a filter never reads their out-of-line values.
CREATE TABLE document (
    id            BIGINT  PRIMARY KEY,
    status        BIGINT  NOT NULL,
    type          BIGINT  NOT NULL,
    superseded    BIGINT  NOT NULL,
    version       BIGINT  NOT NULL,
    class_code    BIGINT  NOT NULL,
    type_code     BIGINT  NOT NULL,
    practice_code BIGINT  NOT NULL,
    facility_code BIGINT  NOT NULL,
    format_code   BIGINT  NOT NULL,
    creation      TEXT COLLATE "C" NOT NULL,
    service_start TEXT COLLATE "C" NOT NULL,
    service_stop  TEXT COLLATE "C" NOT NULL,
    registered    BIGINT  NOT NULL,
    lid           BYTEA,
    unique_id     TEXT COLLATE "C" NOT NULL,
    title         TEXT COLLATE "C" NOT NULL,
    face          BYTEA   NOT NULL,
    body          BYTEA   NOT NULL
);
CREATE INDEX document_unique_id ON document (unique_id);
CREATE INDEX document_lid ON document (lid) WHERE lid IS NOT NULL;

CREATE TABLE document_code (
    document BIGINT  NOT NULL REFERENCES document (id),
    code     BIGINT  NOT NULL REFERENCES code (id),
    PRIMARY KEY (document, code)
);

CREATE TABLE reference_id (
    document BIGINT  NOT NULL REFERENCES document (id),
    ordinal  BIGINT  NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (document, ordinal)
);

CREATE TABLE submission_set (
    id           BIGINT  PRIMARY KEY,
    status       BIGINT  NOT NULL,
    content_type BIGINT  NOT NULL,
    source_id    TEXT COLLATE "C" NOT NULL,
    submitted    TEXT COLLATE "C" NOT NULL,
    registered   BIGINT  NOT NULL,
    unique_id    TEXT COLLATE "C" NOT NULL UNIQUE,
    face         BYTEA   NOT NULL,
    body         BYTEA   NOT NULL
);

CREATE TABLE folder (
    id         BIGINT  PRIMARY KEY,
    status     BIGINT  NOT NULL,
    superseded BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    updated    TEXT COLLATE "C" NOT NULL,
    registered BIGINT  NOT NULL,
    lid        BYTEA,
    unique_id  TEXT COLLATE "C" NOT NULL,
    face       BYTEA   NOT NULL,
    body       BYTEA   NOT NULL
);
CREATE INDEX folder_unique_id ON folder (unique_id);
CREATE UNIQUE INDEX folder_first_version ON folder (unique_id) WHERE lid IS NULL;
CREATE INDEX folder_lid ON folder (lid) WHERE lid IS NOT NULL;

CREATE TABLE folder_code (
    folder BIGINT  NOT NULL REFERENCES folder (id),
    code   BIGINT  NOT NULL REFERENCES code (id),
    PRIMARY KEY (folder, code)
);

-- authorPerson of DocumentEntries and SubmissionSets.
CREATE TABLE author (
    object  BIGINT  NOT NULL,
    ordinal BIGINT  NOT NULL,
    person  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (object, ordinal)
);

-- source and target are keys of objects; type and the kinds are numbers of the registry's vocabulary.
CREATE TABLE association (
    id          BIGINT  PRIMARY KEY,
    source      BIGINT  NOT NULL,
    target      BIGINT  NOT NULL,
    type        BIGINT  NOT NULL,
    status      BIGINT  NOT NULL,
    registered  BIGINT  NOT NULL,
    face        BYTEA   NOT NULL,
    body        BYTEA   NOT NULL
);
CREATE INDEX association_source ON association (source, type, target);
CREATE INDEX association_target ON association (target, type, source);

-- Where the bytes of documents are.
CREATE TABLE content (
    unique_id TEXT COLLATE "C" PRIMARY KEY,
    sha256    BYTEA   NOT NULL,
    sha1      BYTEA   NOT NULL,
    size      BIGINT  NOT NULL,
    mime_type TEXT COLLATE "C" NOT NULL
);
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
