-- +goose Up

-- One chain of audit records for each run of a process. sent is the seq up to which an Audit Record Repository has them,
-- sender the run that sends them, until lease (milliseconds) unless it asks for more time. named is the seq that the
-- opening of a later chain names as this one's head.
CREATE TABLE audit_chain (
    id     BIGINT PRIMARY KEY,
    sent   BIGINT NOT NULL,
    sender BIGINT NOT NULL,
    lease  BIGINT NOT NULL,
    named  BIGINT NOT NULL
);

-- Audit records, each linked by hash to the one before it in its chain. time is in microseconds. message is NULL and digest
-- is not when the message was pruned.
CREATE TABLE audit (
    chain   BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    time    BIGINT NOT NULL,
    class   TEXT COLLATE "C" NOT NULL,
    event   TEXT COLLATE "C" NOT NULL,
    kinds   TEXT COLLATE "C" NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    outcome BIGINT NOT NULL,
    patient TEXT COLLATE "C" NOT NULL,
    person  TEXT COLLATE "C" NOT NULL,
    hash    BYTEA    NOT NULL,
    digest  BYTEA,
    message BYTEA,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_patient ON audit (patient, time) WHERE patient <> '';
CREATE INDEX audit_person ON audit (person, time) WHERE person <> '';

-- Identity tokens that may be used once: the SHA-256 of the assertion's ID, until it would be refused for its age (seconds).
CREATE TABLE token (
    id      BYTEA    PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE INDEX token_expires ON token (expires);

-- +goose Down
DROP TABLE token;
DROP TABLE audit;
DROP TABLE audit_chain;
