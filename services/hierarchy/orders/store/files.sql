-- name: add
-- Waits for a transaction that adds the same content now; returns nothing if it is kept already.
INSERT INTO work_order_file (municipality, id, work_order, task, media_type, size, digest, stored_by, stored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (municipality, work_order, task, digest) DO NOTHING
RETURNING id;

-- name: by_digest
SELECT id FROM work_order_file
 WHERE municipality = $1 AND work_order = $2 AND task IS NOT DISTINCT FROM $3 AND digest = $4;

-- name: of_order
SELECT f.municipality, f.work_order AS "order", f.task, f.id, f.media_type, f.size, f.stored_at, p.name AS stored_by
  FROM work_order_file AS f JOIN account AS p ON p.id = f.stored_by
 WHERE f.municipality = $1 AND f.work_order = $2
 ORDER BY f.stored_at, f.id;

-- name: of_erased
-- Of orders whose words were erased, behind one of them.
SELECT f.municipality, f.work_order AS "order", f.task, f.id, f.media_type, f.size, f.stored_at, p.name AS stored_by
  FROM work_order_file AS f
  JOIN work_order AS o ON o.municipality = f.municipality AND o.id = f.work_order
  JOIN account AS p ON p.id = f.stored_by
 WHERE o.erased_at IS NOT NULL AND f.id > $1
 ORDER BY f.id
 LIMIT $2;

-- name: forget
DELETE FROM work_order_file WHERE municipality = $1 AND id = $2;

-- name: get
SELECT f.municipality, f.work_order AS "order", f.task, f.id, f.media_type, f.size, f.stored_at, p.name AS stored_by
  FROM work_order_file AS f JOIN account AS p ON p.id = f.stored_by
 WHERE f.municipality = $1 AND f.work_order = $2 AND f.id = $3;
