-- name: add
INSERT INTO serving (municipality, id, served_by, act, from_at, until_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: end
UPDATE serving SET until_at = $3, version = $4 WHERE municipality = $1 AND id = $2;

-- name: present
SELECT municipality, id, served_by, act, from_at, until_at, version
  FROM serving WHERE until_at IS NULL ORDER BY municipality;

-- name: now
SELECT municipality, id, served_by, act, from_at, until_at, version
  FROM serving WHERE municipality = $1 AND until_at IS NULL;

-- name: all_of_all
SELECT municipality, id, served_by, act, from_at, until_at, version FROM serving ORDER BY from_at, id;
