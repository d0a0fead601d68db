-- name: reach
INSERT INTO structure_read (municipality, reached) VALUES ('region', $1)
ON CONFLICT (municipality) DO UPDATE SET reached = greatest(structure_read.reached, excluded.reached);

-- name: keep
-- A record that is repeated late never comes after what was told since.
WITH last AS (
    SELECT DISTINCT ON (m.municipality) m.municipality, m.nth, m.smo, m.version
      FROM member AS m WHERE m.municipality = ANY ($1::text[])
     ORDER BY m.municipality, m.nth DESC
), told AS (
    SELECT t.municipality, t.smo, t.version, last.nth, last.smo AS before
      FROM unnest($1::text[], $2::text[], $3::int[]) AS t (municipality, smo, version)
      LEFT JOIN last USING (municipality)
     WHERE last.nth IS NULL OR last.version < t.version
), same AS (
    UPDATE member AS m SET version = told.version
      FROM told WHERE m.municipality = told.municipality AND m.nth = told.nth AND m.smo = told.smo
)
INSERT INTO member (municipality, smo, version, since)
SELECT municipality, smo, version, (SELECT reached FROM structure_read)
  FROM told WHERE before IS DISTINCT FROM smo;

-- name: begin_anew
-- A restored database may tell a number again, and mean something else.
UPDATE member SET version = 0;

-- name: members
SELECT municipality, smo, since FROM member ORDER BY municipality, nth;
