-- name: all
SELECT code, name, direction, removed FROM theme ORDER BY place, code;

-- name: one
SELECT code, name, direction, removed FROM theme WHERE code = $1;
