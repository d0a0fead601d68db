-- name: keep
-- The version guard: an older state never replaces a newer one.
INSERT INTO hotline_line AS h (municipality, id, serves, week, closed, version, partition)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (municipality) DO UPDATE
   SET id = excluded.id, serves = excluded.serves, week = excluded.week, closed = excluded.closed,
       version = excluded.version, partition = excluded.partition
 WHERE h.id <> excluded.id OR h.version < excluded.version;

-- name: forget
DELETE FROM hotline_line WHERE partition = $1;

-- name: reaching
-- By which lines a municipality ($1), for which another may act ($2), is reached: its own, one that it shares, that one's.
SELECT municipality, id, week
  FROM hotline_line
 WHERE NOT closed AND (municipality = $1 OR $1 = ANY (serves) OR municipality = $2)
 ORDER BY municipality <> $1, municipality = $2, municipality;
