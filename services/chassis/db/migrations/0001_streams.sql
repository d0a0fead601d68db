-- Events leave through the outbox: stored with the change, numbered and sent by the relay.
CREATE TABLE outbox (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id       uuid        NOT NULL,
    topic          text        NOT NULL,
    partition      smallint    NOT NULL,
    type           text        NOT NULL,
    subject        text,
    partition_key  text        NOT NULL,
    happened_at    timestamptz NOT NULL,
    correlation_id text,
    data           text        NOT NULL
);

-- Rows without a number yet.
CREATE TABLE outbox_pending (
    topic     text     NOT NULL,
    partition smallint NOT NULL,
    outbox_id bigint   NOT NULL REFERENCES outbox (id),
    PRIMARY KEY (topic, partition, outbox_id)
);

CREATE TABLE outbox_stream (
    topic     text     NOT NULL,
    partition smallint NOT NULL,
    epoch     int      NOT NULL DEFAULT 1,
    last_seq  bigint   NOT NULL DEFAULT 0,
    sent_seq  bigint   NOT NULL DEFAULT 0,
    chain     text     NOT NULL DEFAULT '',
    PRIMARY KEY (topic, partition),
    CHECK (0 <= sent_seq AND sent_seq <= last_seq)
);

CREATE TABLE outbox_number (
    topic     text     NOT NULL,
    partition smallint NOT NULL,
    epoch     int      NOT NULL,
    seq       bigint   NOT NULL,
    outbox_id bigint   NOT NULL UNIQUE REFERENCES outbox (id),
    chain     text     NOT NULL,
    PRIMARY KEY (topic, partition, epoch, seq)
);

-- A new epoch began because this database had lost commits: what the log knows and we do not.
CREATE TABLE epoch_alarm (
    topic     text        NOT NULL,
    partition smallint    NOT NULL,
    epoch     int         NOT NULL,
    raised_at timestamptz NOT NULL,
    lost      jsonb       NOT NULL,
    PRIMARY KEY (topic, partition, epoch)
);

-- How far each reader has applied each stream.
CREATE TABLE inbox (
    reader      text     NOT NULL,
    topic       text     NOT NULL,
    partition   smallint NOT NULL,
    epoch       int      NOT NULL DEFAULT 0,
    mark        bigint   NOT NULL DEFAULT 0,
    chain       text     NOT NULL DEFAULT '',
    applied     bigint   NOT NULL DEFAULT 0,
    parked      bigint   NOT NULL DEFAULT 0,
    unknown     bigint   NOT NULL DEFAULT 0,
    duplicates  bigint   NOT NULL DEFAULT 0,
    next_offset bigint   NOT NULL DEFAULT 0,
    PRIMARY KEY (reader, topic, partition),
    CHECK (mark = applied + parked)
);

CREATE TABLE dead_letter (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reader        text        NOT NULL,
    topic         text        NOT NULL,
    partition     smallint    NOT NULL,
    epoch         int,
    seq           bigint,
    record_offset bigint      NOT NULL,
    body          bytea       NOT NULL,
    reason        text        NOT NULL,
    parked_at     timestamptz NOT NULL,
    replayed_at   timestamptz
);
-- One letter a number; unreadable records have none and are told apart by their place in the log.
CREATE UNIQUE INDEX dead_letter_once ON dead_letter
    (reader, topic, partition, coalesce(epoch, 0), coalesce(seq, -1), (CASE WHEN seq IS NULL THEN record_offset END))
    NULLS NOT DISTINCT;

-- The latest state of every aggregate of a topic that this service reads.
CREATE TABLE mirror (
    topic     text     NOT NULL,
    partition smallint NOT NULL,
    subject   text     NOT NULL,
    type      text     NOT NULL,
    version   int      NOT NULL,
    data      text     NOT NULL,
    PRIMARY KEY (topic, subject)
);

CREATE TABLE idempotency_key (
    scope       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    status      smallint,
    body        text,
    used_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);

CREATE TABLE verification_key (
    kid          text        PRIMARY KEY,
    issuer       text        NOT NULL,
    x            text        NOT NULL,
    published_at timestamptz NOT NULL
);
