-- Of which SMO a municipality was, one after the other (empty: of none), and since when; NULL: as far back as is known.
-- As the rest of the structure it holds no tenant's rows.
CREATE TABLE smo_member (
    code  text        NOT NULL REFERENCES municipality (code),
    nth   bigint      GENERATED ALWAYS AS IDENTITY,
    smo   text        NOT NULL,
    since timestamptz,
    PRIMARY KEY (code, nth)
);
INSERT INTO smo_member (code, smo) SELECT code, coalesce(smo, '') FROM municipality;
