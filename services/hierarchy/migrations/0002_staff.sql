-- People of the staff and how they come in. Reached by id or address alone, never listed but through appointments.
CREATE TABLE account (
    id         uuid        PRIMARY KEY,
    email      text        NOT NULL UNIQUE,
    name       text        NOT NULL,
    password   text,
    created_at timestamptz NOT NULL
);

-- A link of a letter: whoever follows it chooses a password. Only its digest is kept.
CREATE TABLE link (
    digest     bytea       PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account (id),
    purpose    text        NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    written_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    opened_at  timestamptz,
    used_at    timestamptz
);
CREATE INDEX link_of_account ON link (account, written_at);

CREATE TABLE staff_session (
    id         uuid        PRIMARY KEY,
    account    uuid        NOT NULL REFERENCES account (id),
    device     text        NOT NULL,
    begun_at   timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX staff_session_of_account ON staff_session (account, begun_at);

-- Wrong passwords: for an address from one client, from everywhere (client ''), and from a client for any address (digest '').
CREATE TABLE wrong_password (
    email_digest bytea       NOT NULL,
    client       text        NOT NULL,
    count        int         NOT NULL,
    last_at      timestamptz NOT NULL,
    PRIMARY KEY (email_digest, client)
);
CREATE INDEX wrong_password_old ON wrong_password (last_at);

-- Letters to the staff; a row goes once its letter is sent.
CREATE TABLE letter (
    id          uuid        PRIMARY KEY,
    recipient   text        NOT NULL,
    subject     text        NOT NULL,
    body        text        NOT NULL,
    written_at  timestamptz NOT NULL,
    attempts    int         NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL
);
CREATE INDEX letter_waiting ON letter (next_try_at);

-- An act appoints one or many. `municipality` is the tenant; what the region's administrator does belongs to `region`.
CREATE TABLE act (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    number       text        NOT NULL,
    day          date        NOT NULL,
    entered_by   uuid        REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    entered_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, id)
);
ALTER TABLE act ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON act
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Replaced, never erased. `name` is as the act has it: whose address it is, is nobody else's to learn.
-- `scope_of` is the region, an SMO's id or a municipality's code.
CREATE TABLE appointment (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    role         text        NOT NULL,
    scope_of     text        NOT NULL,
    account      uuid        NOT NULL REFERENCES account (id),
    name         text        NOT NULL,
    act          uuid        NOT NULL,
    from_at      timestamptz NOT NULL,
    until_at     timestamptz,
    version      int         NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, act) REFERENCES act (municipality, id),
    CHECK (until_at >= from_at)
);
-- A chair has one holder, and nobody holds the same role twice.
CREATE UNIQUE INDEX appointment_chair ON appointment (municipality, role)
    WHERE until_at IS NULL AND role IN ('head', 'responsible');
CREATE UNIQUE INDEX appointment_once ON appointment (municipality, role, scope_of, account) WHERE until_at IS NULL;
CREATE INDEX appointment_of_account ON appointment (account);
ALTER TABLE appointment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON appointment
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Who did what, on whose behalf. Only ever added to.
CREATE TABLE audit (
    municipality text        NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    at           timestamptz NOT NULL,
    account      uuid,
    on_behalf_of uuid,
    action       text        NOT NULL,
    subject      text        NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX audit_of_municipality ON audit (municipality, id);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_reads ON audit FOR SELECT USING (tenant_visible(municipality));
CREATE POLICY tenant_adds ON audit FOR INSERT WITH CHECK (tenant_visible(municipality));

-- The audit's committed lines in the order in which the worker found them, each digest over the one before.
CREATE TABLE audit_chain (
    n      bigint PRIMARY KEY,
    line   bigint NOT NULL UNIQUE,
    digest bytea  NOT NULL
);
ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY anybody_reads ON audit_chain FOR SELECT USING (true);
CREATE POLICY anybody_adds ON audit_chain FOR INSERT WITH CHECK (true);
