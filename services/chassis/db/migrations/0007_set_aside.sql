-- What could not be done: seen by the administrator, retried on demand. `reference` is what its kind finds it by;
-- a repeat was asked for at `asked_at`, the last one made at `retried_at`.
CREATE TABLE set_aside (
    id           uuid        PRIMARY KEY,
    kind         text        NOT NULL,
    reference    text        NOT NULL,
    subject      text        NOT NULL,
    reason       text        NOT NULL,
    tenant       text,
    set_aside_at timestamptz NOT NULL,
    attempts     int         NOT NULL DEFAULT 1,
    asked_at     timestamptz,
    retried_at   timestamptz,
    UNIQUE (kind, reference)
);
CREATE INDEX set_aside_in_order ON set_aside (set_aside_at, id);
CREATE INDEX set_aside_asked ON set_aside (asked_at) WHERE asked_at IS NOT NULL;

INSERT INTO set_aside (id, kind, reference, subject, reason, set_aside_at)
SELECT gen_random_uuid(), 'event', id::text, topic || ' [' || partition || '] ' || coalesce('№ ' || seq, 'без номера'),
       'Запись не удалось применить.', parked_at
  FROM dead_letter WHERE replayed_at IS NULL;
