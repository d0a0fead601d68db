-- name: of_initiative
SELECT id, municipality, initiative_id, email, email_digest, state, participant_id, since
  FROM co_author
 WHERE municipality = $1 AND initiative_id = $2
 ORDER BY since, id;

-- name: add
-- One address is named once for an initiative.
INSERT INTO co_author (municipality, id, initiative_id, email, email_digest, state, participant_id, since)
SELECT $1, t.id, $2, t.email, t.email_digest, $3, $4, $5
  FROM (SELECT unnest($6::uuid[]) AS id, unnest($7::sealed_text[]) AS email, unnest($8::bytea[]) AS email_digest) AS t
ON CONFLICT (municipality, initiative_id, email_digest) DO NOTHING
RETURNING id, municipality, initiative_id, email, email_digest, state, participant_id, since;

-- name: add_entered
-- By their digest nobody is named a second time whose address we know.
WITH entered AS (
    INSERT INTO co_author (municipality, id, initiative_id, email_digest, state, participant_id, since)
    SELECT $1, t.id, $2, d.email_digest, $3, t.participant_id, $4
      FROM unnest($5::uuid[], $6::uuid[]) AS t (id, participant_id)
      LEFT JOIN participant_directory AS d ON d.participant_id = t.participant_id
    RETURNING id, municipality, email_digest, participant_id, since
)
INSERT INTO co_author_directory (id, tenant, email_digest, participant_id, named_at)
SELECT id, municipality, email_digest, participant_id, since FROM entered;

-- name: enter_directory
INSERT INTO co_author_directory (id, tenant, email_digest, participant_id, named_at)
SELECT t.id, $1, t.email_digest, $2, $3 FROM unnest($4::uuid[], $5::bytea[]) AS t (id, email_digest);

-- name: named_since
SELECT max(n) FROM (SELECT count(*) AS n FROM co_author_directory
                     WHERE email_digest = ANY ($1::bytea[]) AND named_at > $2 GROUP BY email_digest) AS counted;

-- name: find
SELECT tenant FROM co_author_directory WHERE id = $1 AND tenant <> '';

-- name: hold_initiative
-- FOR SHARE: it is not moved before this transaction ends.
SELECT i.municipality, i.id, i.number, i.campaign, i.participant_id, i.organization, i.direction, i.classifiers,
       i.title, i.text, i.status, i.submitted_at, i.version, i.held_since, i.origin, i.decided_by, i.in_time,
       i.merged_into
  FROM initiative AS i
 WHERE i.municipality = $1 AND i.id = $2
   FOR SHARE;

-- name: one_of
SELECT id, municipality, initiative_id, email, email_digest, state, participant_id, since
  FROM co_author WHERE municipality = $1 AND id = $2;

-- name: lock
SELECT id, municipality, initiative_id, email, email_digest, state, participant_id, since
  FROM co_author WHERE municipality = $1 AND id = $2 FOR UPDATE;

-- name: lock_by_address
SELECT id, municipality, initiative_id, email, email_digest, state, participant_id, since
  FROM co_author WHERE municipality = $1 AND initiative_id = $2 AND email_digest = $3 FOR UPDATE;

-- name: save
UPDATE co_author SET state = $3, email = $4, participant_id = $5, since = $6 WHERE municipality = $1 AND id = $2;

-- name: save_directory
UPDATE co_author_directory SET participant_id = $2 WHERE id = $1;

-- name: remove
-- What was written to the address still counts: the directory's row works for no tenant until it is pruned.
WITH gone AS (DELETE FROM co_author WHERE municipality = $1 AND id = $2)
UPDATE co_author_directory SET tenant = '', participant_id = NULL WHERE id = $2;

-- name: of_participant
SELECT id, municipality, initiative_id, email, email_digest, state, participant_id, since
  FROM co_author
 WHERE municipality = $1 AND initiative_id = $2 AND participant_id = $3
 ORDER BY id
   FOR UPDATE;

-- name: is_confirmed
SELECT EXISTS (SELECT FROM co_author
                WHERE municipality = $1 AND initiative_id = $2 AND participant_id = $3 AND state = 'confirmed');

-- name: digest_of
SELECT email_digest FROM participant_directory WHERE participant_id = $1;

-- name: places_of
-- Where a person is named, asks, or is a co-author.
SELECT id, tenant FROM co_author_directory WHERE participant_id = $1 OR email_digest = $2 ORDER BY id;

-- name: forget
-- Of what has moved meanwhile nothing is found there: its row of the directory stays, and says where it is now.
WITH gone AS (
    DELETE FROM co_author
     WHERE (municipality, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
    RETURNING id
)
DELETE FROM co_author_directory
 WHERE id IN (SELECT id FROM gone) OR id = ANY ($2::uuid[]) AND tenant = ''
RETURNING id;

-- name: forget_unanswered_of
-- Those of an author's initiatives: the addresses came from the author.
WITH gone AS (
    DELETE FROM co_author AS c
     USING initiative AS i
     WHERE i.municipality = $1 AND i.participant_id = $2 AND c.municipality = i.municipality
       AND c.initiative_id = i.id AND c.state <> 'confirmed'
    RETURNING c.id
)
DELETE FROM co_author_directory WHERE id IN (SELECT id FROM gone) RETURNING id;
