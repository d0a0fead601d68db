-- Letters to those who ask; a row goes once its letter is sent. `next_try_at` is also how long a lease lasts.
CREATE TABLE letter (
    id           uuid        PRIMARY KEY,
    recipient    text        NOT NULL,
    subject      text        NOT NULL,
    body         text        NOT NULL,
    kind         text        NOT NULL DEFAULT '',
    about        uuid,
    calendar     text        NOT NULL DEFAULT '',
    written_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    attempts     int         NOT NULL DEFAULT 0,
    next_try_at  timestamptz NOT NULL,
    lease        uuid,
    set_aside_at timestamptz,
    reason       text        NOT NULL DEFAULT ''
);
CREATE INDEX letter_waiting ON letter (next_try_at) WHERE set_aside_at IS NULL;
CREATE INDEX letter_about ON letter (about, kind) WHERE about IS NOT NULL;
CREATE INDEX letter_expiring ON letter (expires_at) WHERE expires_at IS NOT NULL;
