-- name: note
INSERT INTO audit (municipality, at, account, action, subject) VALUES ($1, $2, $3, $4, $5);
