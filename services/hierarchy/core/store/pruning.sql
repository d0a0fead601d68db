-- name: unused_files
DELETE FROM import_file WHERE id IN (
    SELECT id FROM import_file WHERE brought_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);
