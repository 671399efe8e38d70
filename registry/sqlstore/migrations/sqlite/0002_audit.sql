-- +goose Up

-- One chain of audit records for each run of a process. sent is the seq up to which an Audit Record Repository has them,
-- sender the run that sends them, until lease (milliseconds) unless it asks for more time. named is the seq that the
-- opening of a later chain names as this one's head.
CREATE TABLE audit_chain (
    id     INTEGER PRIMARY KEY,
    sent   INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    lease  INTEGER NOT NULL,
    named  INTEGER NOT NULL
);

-- Audit records, each linked by hash to the one before it in its chain. time is in microseconds. message is NULL and digest
-- is not when the message was pruned.
CREATE TABLE audit (
    chain   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    class   TEXT    NOT NULL,
    event   TEXT    NOT NULL,
    kinds   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    outcome INTEGER NOT NULL,
    patient TEXT    NOT NULL,
    person  TEXT    NOT NULL,
    hash    BLOB    NOT NULL,
    digest  BLOB,
    message BLOB,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_patient ON audit (patient, time) WHERE patient <> '';
CREATE INDEX audit_person ON audit (person, time) WHERE person <> '';

-- Identity tokens that may be used once: the SHA-256 of the assertion's ID, until it would be refused for its age (seconds).
CREATE TABLE token (
    id      BLOB    PRIMARY KEY,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX token_expires ON token (expires);

-- +goose Down
DROP TABLE token;
DROP TABLE audit;
DROP TABLE audit_chain;
