-- Answers to reuse. `latest` is the version that was written last, `in_use` the one that was approved last: a change waits
-- for approval while the old one is sent. Those of the whole region belong to `region`.
CREATE TABLE answer (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    latest       int         NOT NULL,
    in_use       int,
    published    boolean     NOT NULL DEFAULT false,
    removed_at   timestamptz,
    PRIMARY KEY (municipality, id)
);
ALTER TABLE answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON answer
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What was written, and who approved it. No index on the words: row security lets none but safe operators use one, and
-- a municipality has some hundreds of answers. `beginning` is where typing errors are forgiven: similarity is slow in long texts.
CREATE TABLE answer_version (
    municipality     text        NOT NULL,
    answer_id        uuid        NOT NULL,
    nth              int         NOT NULL,
    theme            text        NOT NULL,
    title            text        NOT NULL,
    text             text        NOT NULL,
    written_by       uuid        NOT NULL,
    written_by_name  text        NOT NULL,
    written_at       timestamptz NOT NULL,
    approved_by      uuid,
    approved_by_name text        NOT NULL DEFAULT '',
    approved_at      timestamptz,
    beginning        text        GENERATED ALWAYS AS
        (replace(lower(title || ' ' || left(text, 300)), 'ё', 'е')) STORED,
    words            tsvector    GENERATED ALWAYS AS
        (setweight(to_tsvector('russian', replace(lower(title), 'ё', 'е')), 'A')
         || setweight(to_tsvector('russian', replace(lower(text), 'ё', 'е')), 'B')) STORED,
    PRIMARY KEY (municipality, answer_id, nth),
    FOREIGN KEY (municipality, answer_id) REFERENCES answer
);
ALTER TABLE answer_version ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON answer_version
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- How often an answer was sent in a municipality; the answer may be the region's, so nothing refers to it.
CREATE TABLE answer_use (
    municipality text        NOT NULL,
    answer_id    uuid        NOT NULL,
    times        int         NOT NULL,
    used_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality, answer_id)
);
ALTER TABLE answer_use ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON answer_use
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
