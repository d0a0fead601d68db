-- name: announce
-- Long after whoever writes it has given up.
INSERT INTO attachment_leftover (key, due_at) VALUES ($1, now() + interval '1 hour');

-- name: settle
DELETE FROM attachment_leftover WHERE key = $1 RETURNING true;

-- name: add
INSERT INTO attachment (municipality, holder, draft_of, id, name, media_type, size, key, state, added_at, look_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now());

-- name: of
SELECT municipality, id, name, media_type, size, key, state, added_at
  FROM attachment
 WHERE municipality = $1 AND holder = $2 AND draft_of IS NOT DISTINCT FROM $3
 ORDER BY added_at, id;

-- name: of_many
SELECT t.nth, a.municipality, a.id, a.name, a.media_type, a.size, a.key, a.state, a.added_at
  FROM unnest($1::text[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS t (municipality, holder, draft_of, nth)
  JOIN attachment AS a ON a.municipality = t.municipality AND a.holder = t.holder
                      AND a.draft_of IS NOT DISTINCT FROM t.draft_of
 ORDER BY a.added_at, a.id;

-- name: one_of
SELECT municipality, id, name, media_type, size, key, state, added_at
  FROM attachment
 WHERE municipality = $1 AND holder = $2 AND draft_of IS NOT DISTINCT FROM $3 AND id = $4;

-- name: remove
WITH gone AS (
    DELETE FROM attachment
     WHERE municipality = $1 AND holder = $2 AND draft_of IS NOT DISTINCT FROM $3 AND id = $4 RETURNING key
), leftover AS (
    INSERT INTO attachment_leftover (key, due_at) SELECT key, now() FROM gone WHERE key IS NOT NULL
)
SELECT count(*) FROM gone;

-- name: remove_all_of
WITH gone AS (
    DELETE FROM attachment AS a
     USING unnest($1::text[], $2::uuid[], $3::uuid[]) AS t (municipality, holder, draft_of)
     WHERE a.municipality = t.municipality AND a.holder = t.holder AND a.draft_of IS NOT DISTINCT FROM t.draft_of
    RETURNING a.key
)
INSERT INTO attachment_leftover (key, due_at) SELECT key, now() FROM gone WHERE key IS NOT NULL;

-- name: hand_over
-- From drafts to the initiatives that they became.
UPDATE attachment AS a SET holder = t.initiative, draft_of = NULL
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) AS t (municipality, draft, draft_of, initiative)
 WHERE a.municipality = t.municipality AND a.holder = t.draft AND a.draft_of = t.draft_of;

-- name: claim_waiting
-- Each is asked for again after a while that doubles: whoever has it in hand may be gone, or the scanner away.
UPDATE attachment AS a
   SET attempts = a.attempts + 1, look_at = now() + least($2::interval * power(2, least(a.attempts, 20)), $3::interval)
 WHERE (a.municipality, a.id) IN (
       SELECT municipality, id FROM attachment WHERE state = 'waiting' AND look_at <= now()
        ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING municipality, id, name, media_type, size, key, state, added_at;

-- name: waiting
SELECT count(*) FROM attachment WHERE state = 'waiting';

-- name: clear
UPDATE attachment SET state = 'kept' WHERE municipality = $1 AND id = $2 AND state = 'waiting';

-- name: condemn
WITH condemned AS (
    SELECT municipality, id, key FROM attachment
     WHERE municipality = $1 AND id = $2 AND state = 'waiting' FOR UPDATE
), changed AS (
    UPDATE attachment AS a SET state = 'infected', key = NULL
      FROM condemned AS c WHERE (a.municipality, a.id) = (c.municipality, c.id)
)
INSERT INTO attachment_leftover (key, due_at) SELECT key, now() FROM condemned;

-- name: release
-- Nobody scans any more, and what waits would wait for ever.
UPDATE attachment SET state = 'kept' WHERE state = 'waiting';

-- name: leftovers
SELECT key FROM attachment_leftover WHERE due_at <= now() ORDER BY due_at LIMIT $1;
