-- Somebody of the staff as an external provider names them; the first sign-in by a verified address binds them.
CREATE TABLE identity (
    issuer   text        NOT NULL,
    subject  text        NOT NULL,
    account  uuid        NOT NULL REFERENCES account (id),
    bound_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, account)
);

-- The one answer to whether an invitation is answered: a password was chosen, or a provider let them in.
ALTER TABLE account ADD COLUMN came_by_provider boolean NOT NULL DEFAULT false;
ALTER TABLE account ADD COLUMN has_come boolean NOT NULL
    GENERATED ALWAYS AS (password IS NOT NULL OR came_by_provider) STORED;

-- Who came from a provider is signed out there as well.
ALTER TABLE staff_session ADD COLUMN by_provider boolean NOT NULL DEFAULT false;
