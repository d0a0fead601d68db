-- name: all
SELECT code, name, direction, removed FROM theme ORDER BY place, code;

-- name: one
SELECT code, name, direction, removed FROM theme WHERE code = $1;

-- name: in_use
SELECT code FROM theme WHERE NOT removed ORDER BY code <> $1, place DESC, code LIMIT 1;
