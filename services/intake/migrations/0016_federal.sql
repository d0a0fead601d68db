-- The federal platform's list beside ours. What it says of an initiative stands in rows of its own, so that no import
-- can change what people wrote or who wrote it.

-- Which column of its tables is what, kept for the next one; of the whole installation. `codes`: whether a municipality
-- stands there by its code, and not by its name.
CREATE TABLE federal_template (
    municipality text        PRIMARY KEY,
    columns      jsonb       NOT NULL,
    codes        boolean     NOT NULL,
    account      uuid        NOT NULL,
    saved_at     timestamptz NOT NULL
);
ALTER TABLE federal_template ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON federal_template USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- A table that was uploaded, of the region's own rows. `smos`: over whose municipalities it may go, null: all of the
-- region; `first`: its first rows; `done`: rows of which it is known what became of them; `file`: null once removed.
CREATE TABLE federal_import (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    campaign     text        NOT NULL,
    account      uuid        NOT NULL,
    smos         text[],
    file         text,
    first        jsonb       NOT NULL,
    rows         int         NOT NULL,
    columns      jsonb,
    state        text        NOT NULL,
    done         int         NOT NULL DEFAULT 0,
    added        int         NOT NULL DEFAULT 0,
    changed      int         NOT NULL DEFAULT 0,
    same         int         NOT NULL DEFAULT 0,
    bad          int         NOT NULL DEFAULT 0,
    linked       int         NOT NULL DEFAULT 0,
    linked_up_to text        NOT NULL DEFAULT '',
    refusal      text,
    uploaded_at  timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX federal_import_running ON federal_import (uploaded_at) WHERE state IN ('waiting', 'storing', 'linking');
CREATE INDEX federal_import_with_file ON federal_import (uploaded_at) WHERE file IS NOT NULL;
ALTER TABLE federal_import ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON federal_import USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What could not be taken of a table, by line: the refusal's slug and what fills its sentence.
CREATE TABLE federal_bad_row (
    municipality text   NOT NULL,
    import_id    uuid   NOT NULL,
    nth          bigint GENERATED ALWAYS AS IDENTITY,
    line         int    NOT NULL,
    slug         text   NOT NULL,
    facts        jsonb  NOT NULL,
    PRIMARY KEY (municipality, import_id, nth),
    FOREIGN KEY (municipality, import_id) REFERENCES federal_import ON DELETE CASCADE
);
ALTER TABLE federal_bad_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON federal_bad_row USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- An initiative as the platform lists it, and ours that it is. `linked`: by number, title or hand; one that was unlinked
-- by hand is 'hand' and nothing. `import_id`, `line`: where it was read last.
CREATE TABLE federal_row (
    municipality  text        NOT NULL,
    campaign      text        NOT NULL,
    number        text        NOT NULL,
    dated         date,
    status        text        NOT NULL,
    title         text        NOT NULL,
    own           bigint,
    initiative_id uuid,
    linked        text,
    import_id     uuid        NOT NULL,
    line          int         NOT NULL,
    PRIMARY KEY (campaign, number)
);
CREATE UNIQUE INDEX federal_row_of_initiative ON federal_row (municipality, initiative_id)
 WHERE initiative_id IS NOT NULL;
CREATE INDEX federal_row_of_municipality ON federal_row (municipality, campaign, number);
ALTER TABLE federal_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON federal_row USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
