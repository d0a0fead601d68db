-- name: reach
INSERT INTO structure_read (municipality, reached) VALUES ('region', $1)
ON CONFLICT (municipality) DO UPDATE SET reached = greatest(structure_read.reached, excluded.reached);

-- name: keep
-- A record that is repeated late never comes after what was told since.
INSERT INTO member (municipality, smo, version, since)
SELECT t.municipality, t.smo, t.version, (SELECT reached FROM structure_read)
  FROM unnest($1::text[], $2::text[], $3::int[]) AS t (municipality, smo, version)
  LEFT JOIN LATERAL (SELECT smo, version FROM member AS m WHERE m.municipality = t.municipality
                      ORDER BY nth DESC LIMIT 1) AS last ON true
 WHERE last.smo IS NULL OR (last.smo <> t.smo AND last.version < t.version);

-- name: begin_anew
-- A restored database may tell a number again, and mean something else.
UPDATE member SET version = 0;

-- name: members
SELECT municipality, smo, since FROM member ORDER BY municipality, nth;
