-- name: add
-- Waits for a transaction that adds the same content now; returns nothing if it is kept already.
INSERT INTO act_scan (municipality, act, id, media_type, size, digest, stored_by, stored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (municipality, act, digest) DO NOTHING
RETURNING id;

-- name: by_digest
SELECT id FROM act_scan WHERE municipality = $1 AND act = $2 AND digest = $3;

-- name: of_act
SELECT s.municipality, s.act, s.id, s.media_type, s.size, s.stored_at, p.name AS stored_by
  FROM act_scan AS s JOIN account AS p ON p.id = s.stored_by
 WHERE s.municipality = $1 AND s.act = $2
 ORDER BY s.stored_at DESC, s.id DESC;

-- name: get
SELECT s.municipality, s.act, s.id, s.media_type, s.size, s.stored_at, p.name AS stored_by
  FROM act_scan AS s JOIN account AS p ON p.id = s.stored_by
 WHERE s.municipality = $1 AND s.act = $2 AND s.id = $3;
