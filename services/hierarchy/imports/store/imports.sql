-- name: forget
-- One's earlier files, and everybody's old ones as far as they can be seen.
DELETE FROM import_file WHERE account = $1 OR brought_at < $2;

-- name: add
INSERT INTO import_file (municipality, id, account, what, of, rows, brought_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: get
SELECT municipality, id, account, what, of, rows, brought_at AS uploaded_at FROM import_file
 WHERE id = $1 AND account = $2 AND rows IS NOT NULL;

-- name: remove
DELETE FROM import_file WHERE id = $1;

-- name: unused
DELETE FROM import_file WHERE id IN (
    SELECT id FROM import_file WHERE brought_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);
