-- name: note
INSERT INTO audit (municipality, at, account, action, subject) VALUES ($1, $2, $3, $4, $5);

-- name: lines
SELECT at, account, action, subject FROM audit WHERE municipality = $1 AND subject = $2 ORDER BY id;
