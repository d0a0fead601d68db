-- name: template
SELECT columns, codes FROM federal_template WHERE municipality = 'region';

-- name: keep_template
INSERT INTO federal_template (municipality, columns, codes, account, saved_at) VALUES ('region', $1, $2, $3, $4)
    ON CONFLICT (municipality) DO UPDATE SET columns = $1, codes = $2, account = $3, saved_at = $4;

-- name: add
INSERT INTO federal_import (municipality, id, campaign, account, smos, file, first, rows, columns, state, uploaded_at)
VALUES ('region', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: one
SELECT id, campaign, account, smos, file, first, rows, columns, state, done, added, changed, same, bad, linked,
       linked_up_to, refusal, uploaded_at, ended_at
  FROM federal_import WHERE municipality = 'region' AND id = $1;

-- name: lock
-- FOR UPDATE: of two workers that have the same table in hand, one at a time goes on with it.
SELECT id, campaign, account, smos, file, first, rows, columns, state, done, added, changed, same, bad, linked,
       linked_up_to, refusal, uploaded_at, ended_at
  FROM federal_import WHERE municipality = 'region' AND id = $1 FOR UPDATE;

-- name: latest
SELECT id, campaign, account, smos, file, first, rows, columns, state, done, added, changed, same, bad, linked,
       linked_up_to, refusal, uploaded_at, ended_at
  FROM federal_import
 WHERE municipality = 'region' AND ($1::text[] IS NULL OR smos <@ $1)
 ORDER BY uploaded_at DESC, id DESC LIMIT $2;

-- name: next_waiting
SELECT id FROM federal_import
 WHERE municipality = 'region' AND state IN ('waiting', 'storing', 'linking') AND coalesce(not_before <= $1, true)
 ORDER BY uploaded_at, id LIMIT 1;

-- name: attempt
UPDATE federal_import SET attempts = attempts + 1 WHERE municipality = 'region' AND id = $1 RETURNING attempts;

-- name: later
UPDATE federal_import SET not_before = $2, attempts = CASE WHEN $3 THEN attempts ELSE greatest(attempts - 1, 0) END
 WHERE municipality = 'region' AND id = $1;

-- name: begin
UPDATE federal_import SET columns = $2, state = 'waiting' WHERE municipality = 'region' AND id = $1;

-- name: advance
UPDATE federal_import
   SET state = 'storing', done = done + $2, added = added + $3, changed = changed + $4, same = same + $5, bad = bad + $6,
       attempts = 0
 WHERE municipality = 'region' AND id = $1;

-- name: linking
UPDATE federal_import SET state = 'linking', linked_up_to = $2, linked = linked + $3, attempts = 0
 WHERE municipality = 'region' AND id = $1;

-- name: end
UPDATE federal_import SET state = $2, refusal = $3, ended_at = $4 WHERE municipality = 'region' AND id = $1;

-- name: add_bad
INSERT INTO federal_bad_row (municipality, import_id, line, slug, facts)
SELECT 'region', $1, * FROM unnest($2::int[], $3::text[], $4::jsonb[]);

-- name: bad
SELECT line, slug, facts FROM federal_bad_row WHERE municipality = 'region' AND import_id = $1 ORDER BY line, nth LIMIT $2;

-- name: with_old_files
SELECT id, file FROM federal_import
 WHERE municipality = 'region' AND file IS NOT NULL AND uploaded_at < $1
   AND state NOT IN ('waiting', 'storing', 'linking')
 ORDER BY uploaded_at LIMIT $2;

-- name: file_removed
UPDATE federal_import SET file = NULL, first = '[]' WHERE municipality = 'region' AND id = $1;

-- name: forgotten
DELETE FROM federal_import WHERE (municipality, id) IN (
    SELECT municipality, id FROM federal_import
     WHERE uploaded_at < $1 AND file IS NULL LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: waiting
SELECT count(*), min(uploaded_at) AS oldest FROM federal_import WHERE uploaded_at < $1 AND file IS NULL;
