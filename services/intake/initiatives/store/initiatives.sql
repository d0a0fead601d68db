-- name: prepare
SELECT nth, classifiers, number FROM prepare_together($1, $2, $3);

-- name: submit
SELECT submit_together(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    $14, $15, $16, $17, $18,
    $19, $20, $21, $22, $23, $24, $25, $26, $27
);

-- name: lock
-- FOR UPDATE: one transaction at a time decides on an initiative, so its events keep their order.
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = $1 AND participant_id = $2 AND id = $3
   FOR UPDATE;

-- name: lock_all_of
-- In the order of ids, as decisions on many lock them.
SELECT municipality, id FROM initiative
 WHERE municipality = ANY ($1::text[]) AND participant_id = $2
 ORDER BY id
   FOR UPDATE;

-- name: save_status
WITH changed AS (
    UPDATE initiative SET status = $3, version = $4 WHERE municipality = $1 AND id = $2
)
INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at, reason)
VALUES ($1, $2, $4, $3, $5, $6);

-- name: one_of
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = $1 AND participant_id = $2 AND id = $3;

-- name: one_at
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = $1 AND id = $2;

-- name: page_of
-- Keyset paging on the number: page 1000 costs what page 1 costs.
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = $1 AND participant_id = $2 AND number < $3
 ORDER BY number DESC
 LIMIT $4;

-- name: history
SELECT version, status, happened_at, reason, note
  FROM initiative_history
 WHERE municipality = $1 AND initiative_id = $2
 ORDER BY version;

-- name: all_of
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = ANY ($1::text[])
 ORDER BY municipality, id;

-- name: tenants
-- A loose scan: one index probe for each municipality, not one for each row.
WITH RECURSIVE t AS (
    SELECT min(municipality) AS municipality FROM initiative
    UNION ALL
    SELECT (SELECT min(municipality) FROM initiative WHERE municipality > t.municipality) FROM t
     WHERE t.municipality IS NOT NULL
)
SELECT municipality FROM t WHERE municipality IS NOT NULL;

-- name: count_of
SELECT count(*) FROM initiative WHERE municipality = $1 AND participant_id = $2;

-- name: steps_of
SELECT initiative_id, version, status, happened_at, reason, note
  FROM initiative_history
 WHERE (municipality, initiative_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
 ORDER BY initiative_id, version;

-- name: forget_reasons
UPDATE initiative_history AS h SET reason = NULL
  FROM initiative AS i
 WHERE i.municipality = $1 AND i.participant_id = $2 AND h.municipality = i.municipality AND h.initiative_id = i.id
   AND h.reason IS NOT NULL;

-- name: leave_without_author
UPDATE initiative SET participant_id = NULL, version = version + 1
 WHERE municipality = $1 AND participant_id = $2
RETURNING municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
          text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into;

-- name: remove_texts
-- What was open is withdrawn, with a step in its history.
WITH before AS (
    SELECT municipality, id, status FROM initiative WHERE municipality = $1 AND participant_id = $2 FOR UPDATE
), changed AS (
    UPDATE initiative AS i
       SET participant_id = NULL, title = '', text = '', version = i.version + 1,
           status = CASE WHEN i.status = ANY ($4::text[]) THEN 'withdrawn' ELSE i.status END
      FROM before AS b
     WHERE i.municipality = b.municipality AND i.id = b.id
    RETURNING i.municipality, i.id, i.number, i.campaign, i.participant_id, i.organization, i.direction,
              i.classifiers, i.title, i.text, i.status, i.submitted_at, i.version, i.held_since, i.origin,
              i.decided_by, i.in_time, i.merged_into, b.status AS before
), step AS (
    INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at)
    SELECT municipality, id, version, status, $3::timestamptz FROM changed WHERE status <> before
)
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into, before
  FROM changed;
