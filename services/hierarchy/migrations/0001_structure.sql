-- The region's structure holds no tenant's rows and nothing personal: it is published as it is.

CREATE TABLE campaign (
    id            text    PRIMARY KEY,
    version       int     NOT NULL,
    open          boolean NOT NULL,
    name          text    NOT NULL,
    prepare_from  date    NOT NULL,
    first_day     date    NOT NULL,
    last_day      date    NOT NULL,
    close_until   date    NOT NULL,
    time_zone     text    NOT NULL,
    demonstration boolean NOT NULL,
    figures       text    NOT NULL CHECK (figures IN ('public', 'staff')),
    directions    jsonb   NOT NULL,
    classifiers   jsonb   NOT NULL,
    definitions   jsonb   NOT NULL,
    consent       jsonb   NOT NULL,
    limits        jsonb   NOT NULL,
    CHECK (prepare_from <= first_day AND first_day <= last_day AND last_day <= close_until)
);
CREATE UNIQUE INDEX campaign_open_once ON campaign (open) WHERE open;

CREATE TABLE smo (
    id         text    PRIMARY KEY,
    version    int     NOT NULL,
    name       text    NOT NULL,
    covers_all boolean NOT NULL
);

-- sort_key and search_text are made by the domain: the server has no Russian collation with ё in place.
CREATE TABLE municipality (
    code        text PRIMARY KEY CHECK (code ~ '^[0-9]{8}$'),
    version     int  NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL,
    parent      text REFERENCES municipality (code) DEFERRABLE INITIALLY DEFERRED,
    smo         text REFERENCES smo (id),
    oktmo_now   text NOT NULL,
    population  int  CHECK (population >= 0),
    audience    int  CHECK (audience >= 0),
    sort_key    text COLLATE "C" NOT NULL,
    search_text text NOT NULL
);
CREATE INDEX municipality_in_order ON municipality (sort_key, code);
CREATE INDEX municipality_of_parent ON municipality (parent, sort_key, code);
CREATE INDEX municipality_search ON municipality USING gin (search_text gin_trgm_ops);

CREATE TABLE organization (
    id          uuid    PRIMARY KEY,
    version     int     NOT NULL,
    external_id text    NOT NULL,
    founder     text    NOT NULL REFERENCES municipality (code),
    place       text    NOT NULL REFERENCES municipality (code),
    name        text    NOT NULL,
    kind        text    NOT NULL,
    headcount   int     CHECK (headcount >= 0),
    closed      boolean NOT NULL,
    sort_key    text    COLLATE "C" NOT NULL,
    search_text text    NOT NULL,
    UNIQUE (founder, external_id)
);
CREATE INDEX organization_in_order ON organization (sort_key, id);
CREATE INDEX organization_of_founder ON organization (founder, sort_key, id);
CREATE INDEX organization_at_place ON organization (place, sort_key, id);
CREATE INDEX organization_search ON organization USING gin (search_text gin_trgm_ops);
