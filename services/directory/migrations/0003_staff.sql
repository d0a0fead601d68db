-- What the staff may do, as hierarchy's appointments say, and the sessions whose tokens are worth nothing.
CREATE TABLE staff_grant (
    id       uuid        PRIMARY KEY,
    account  uuid        NOT NULL,
    role     text        NOT NULL,
    scope    text        NOT NULL,
    scope_of text        NOT NULL,
    from_at  timestamptz NOT NULL,
    until_at timestamptz,
    version  int         NOT NULL
);
CREATE INDEX staff_grant_of_account ON staff_grant (account);

CREATE TABLE staff_session_ended (
    session  uuid        PRIMARY KEY,
    ended_at timestamptz NOT NULL
);
