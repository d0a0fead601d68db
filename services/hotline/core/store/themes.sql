-- name: all
SELECT code, name, direction, removed, place, version FROM theme ORDER BY place, code;

-- name: one
SELECT code, name, direction, removed, place, version FROM theme WHERE code = $1;

-- name: in_use
SELECT code FROM theme WHERE NOT removed ORDER BY code <> $1, place DESC, code LIMIT 1;

-- name: lock
-- The whole list: whether a name is taken and which theme is the last one is decided of all together.
SELECT pg_advisory_xact_lock(hashtext('theme'));

-- name: add
INSERT INTO theme (code, name, direction, removed, place, version) VALUES ($1, $2, $3, $4, $5, $6);

-- name: save
UPDATE theme SET name = $2, direction = $3, removed = $4, place = $5, version = $6 WHERE code = $1;
