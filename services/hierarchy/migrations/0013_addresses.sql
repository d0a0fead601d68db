-- An address that somebody wants in the place of theirs: it is, once the link sent to it is confirmed.
CREATE TABLE address_change (
    digest     bytea       PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account (id),
    email      text        NOT NULL,
    written_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX address_change_of_account ON address_change (account, written_at);
