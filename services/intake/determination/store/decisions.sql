-- name: lock
-- FOR UPDATE: one transaction at a time decides on an initiative, so its events keep their order. In the order of ids,
-- so that two bulks cannot deadlock.
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[])
 ORDER BY id
   FOR UPDATE;

-- name: save
WITH t AS (
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
                         $8::boolean[], $9::uuid[])
        AS t (municipality, id, version, status, direction, held_since, decided_by, in_time, merged_into)
), changed AS (
    UPDATE initiative AS i
       SET version = t.version, status = t.status, direction = t.direction, held_since = t.held_since,
           decided_by = t.decided_by, in_time = t.in_time, merged_into = t.merged_into
      FROM t WHERE i.municipality = t.municipality AND i.id = t.id
)
INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at)
SELECT municipality, id, version, status, $10 FROM t;

-- name: add
INSERT INTO decision (municipality, id, bulk, initiative_id, version, kind, level, working_group, account, name,
                      reason, text, before, decided_at)
SELECT t.municipality, t.id, $6, t.initiative_id, t.version, $7, t.level, t.working_group, $8, $9, $10, $11,
       t.before, $12
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::jsonb[], $13::text[], $14::uuid[])
       AS t (municipality, id, initiative_id, version, before, level, working_group);

-- name: decided_by
-- Of what has moved since, nothing: it was decided elsewhere.
SELECT initiative_id FROM decision
 WHERE municipality = ANY ($1::text[]) AND (bulk = $2 OR id = $2)
   AND (decided_in IS NULL OR decided_in = ANY ($1::text[]));

-- name: lock_taken
-- Those of a bulk, or one of its own id. FOR UPDATE: two who take it back at once do it once.
SELECT municipality, id, bulk, initiative_id, version, kind, level, working_group, account, name, reason, text,
       before, decided_at, undone_at, decided_in
  FROM decision
 WHERE municipality = ANY ($1::text[]) AND (bulk = $2 OR id = $2)
   AND (decided_in IS NULL OR decided_in = ANY ($1::text[]))
 ORDER BY initiative_id
   FOR UPDATE;

-- name: taken
SELECT municipality, id, bulk, initiative_id, version, kind, level, working_group, account, name, reason, text,
       before, decided_at, undone_at, decided_in
  FROM decision
 WHERE municipality = ANY ($1::text[]) AND (bulk = $2 OR id = $2)
   AND (decided_in IS NULL OR decided_in = ANY ($1::text[]))
 ORDER BY initiative_id;

-- name: undo
UPDATE decision SET undone_at = $3 WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]);

-- name: of_initiatives
-- What was decided on some, and stands.
SELECT municipality, id, bulk, initiative_id, version, kind, level, working_group, account, name, reason, text,
       before, decided_at, undone_at, decided_in
  FROM decision
 WHERE municipality = ANY ($1::text[]) AND initiative_id = ANY ($2::uuid[])
 ORDER BY initiative_id, version;

-- name: forget_texts
-- They are addressed to the author.
UPDATE decision AS d SET text = ''
  FROM initiative AS i
 WHERE i.municipality = $1 AND i.participant_id = $2 AND d.municipality = i.municipality AND d.initiative_id = i.id
   AND d.text <> '';

-- name: next_number
SELECT nextval('initiative_number');

-- name: submit
-- Without an acceptance, as nobody gets a letter: what was submitted of it is counted at once.
WITH initiative AS (
    INSERT INTO initiative (municipality, id, number, campaign, organization, direction, classifiers, title, text,
                            status, submitted_at, version, origin)
    VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13)
    RETURNING municipality, id, version, status, submitted_at, campaign, direction
), counted AS (
    INSERT INTO tally AS t (campaign, direction, n) SELECT campaign, direction, 1 FROM initiative
    ON CONFLICT (campaign, direction) DO UPDATE SET n = t.n + 1
)
INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at)
SELECT municipality, id, version, status, submitted_at FROM initiative;
