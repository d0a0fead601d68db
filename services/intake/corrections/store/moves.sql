-- name: lock_open_of
-- FOR UPDATE in the order of ids, as decisions on many lock them.
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative
 WHERE municipality = $1 AND participant_id = $2 AND status = ANY ($3::text[])
 ORDER BY id
   FOR UPDATE;

-- name: merged_into
-- Those of these into which others of their municipality were merged.
SELECT DISTINCT merged_into AS id FROM initiative WHERE municipality = $1 AND merged_into = ANY ($2::uuid[]);

-- name: save
UPDATE initiative AS i
   SET municipality = t.municipality, organization = t.organization, direction = t.direction,
       classifiers = t.classifiers, status = t.status, version = t.version, held_since = t.held_since,
       decided_by = t.decided_by, in_time = t.in_time
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::jsonb[], $7::text[], $8::int[],
              $9::timestamptz[], $10::text[], $11::boolean[])
       AS t (was_in, id, municipality, organization, direction, classifiers, status, version, held_since,
             decided_by, in_time)
 WHERE i.municipality = t.was_in AND i.id = t.id;

-- name: add_steps
INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at, note)
SELECT t.municipality, t.id, t.version, t.status, $5, t.note
  FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $6::text[])
       AS t (municipality, id, version, status, note);

-- name: move_steps
UPDATE initiative_history AS h SET municipality = t.municipality
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE h.municipality = t.was_in AND h.initiative_id = t.id;

-- name: move_acceptances
UPDATE acceptance AS a SET municipality = t.municipality
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE a.municipality = t.was_in AND a.initiative_id = t.id;

-- name: move_decisions
UPDATE decision AS d SET municipality = t.municipality, decided_in = coalesce(d.decided_in, d.municipality)
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE d.municipality = t.was_in AND d.initiative_id = t.id;

-- name: move_wordings
UPDATE wording AS w SET municipality = t.municipality
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE w.municipality = t.was_in AND w.initiative_id = t.id;

-- name: move_attachments
UPDATE attachment AS a SET municipality = t.municipality
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE a.municipality = t.was_in AND a.holder = t.id AND a.draft_of IS NULL;

-- name: move_co_authors
WITH moved AS (
    UPDATE co_author AS c SET municipality = t.municipality
      FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
     WHERE c.municipality = t.was_in AND c.initiative_id = t.id
    RETURNING c.id, c.municipality
)
UPDATE co_author_directory AS d SET tenant = moved.municipality FROM moved WHERE d.id = moved.id;

-- name: move_assisted
UPDATE assisted_initiative AS a SET municipality = t.municipality
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE a.municipality = t.was_in AND a.initiative_id = t.id;

-- name: move_notices
UPDATE assisted_notice AS a SET municipality = t.municipality
  FROM unnest($1::text[], $2::uuid[], $3::text[]) AS t (was_in, id, municipality)
 WHERE a.municipality = t.was_in AND a.initiative_id = t.id;

-- name: unlink_federal
-- The platform lists it where it was: there it is missing from now on, until the platform's list says the same.
UPDATE federal_row AS f SET initiative_id = NULL, linked = NULL
  FROM unnest($1::text[], $2::uuid[]) AS t (was_in, id)
 WHERE f.municipality = t.was_in AND f.initiative_id = t.id;

-- name: silence_decisions
-- What the holder before decided is no news: nobody writes of it to the author any more.
UPDATE decision AS d SET reported_at = $3
  FROM unnest($1::text[], $2::uuid[]) AS t (municipality, id)
 WHERE d.municipality = t.municipality AND d.initiative_id = t.id AND d.reported_at IS NULL;

-- name: move_authorships
-- Of co-authors: it is found where it is. The author's own are told apart by where the author is registered.
UPDATE authorship AS a SET tenant = t.municipality
  FROM unnest($1::uuid[], $2::text[]) AS t (id, municipality)
 WHERE a.initiative_id = t.id;

-- name: find_at_home
DELETE FROM authorship AS a
 USING unnest($1::uuid[], $2::text[]) AS t (id, municipality)
 WHERE a.participant_id = $3 AND a.initiative_id = t.id AND t.municipality = $4 AND a.role = 'author';

-- name: find_elsewhere
INSERT INTO authorship (participant_id, initiative_id, tenant, role, confirmed_at)
SELECT $3, t.id, t.municipality, 'author', $5
  FROM unnest($1::uuid[], $2::text[]) AS t (id, municipality)
 WHERE t.municipality <> $4
ON CONFLICT (participant_id, initiative_id) DO UPDATE SET tenant = excluded.tenant;

-- name: leave_behind
-- The closed ones stay where they were decided on, and are found there.
INSERT INTO authorship (participant_id, initiative_id, tenant, role, confirmed_at)
SELECT participant_id, id, municipality, 'author', $3 FROM initiative WHERE municipality = $1 AND participant_id = $2
ON CONFLICT DO NOTHING;

-- name: forget_at_home
DELETE FROM authorship WHERE participant_id = $1 AND tenant = $2 AND role = 'author';

-- name: move_participant
UPDATE participant SET municipality = $3, organization = $4, classifiers = $5::jsonb, version = $6
 WHERE municipality = $1 AND id = $2;

-- name: move_names
UPDATE participant_name SET municipality = $3 WHERE municipality = $1 AND participant_id = $2;

-- name: move_files_of_drafts
UPDATE attachment AS a SET municipality = $3
  FROM draft AS d
 WHERE d.municipality = $1 AND d.participant_id = $2
   AND a.municipality = $1 AND a.holder = d.id AND a.draft_of = $2;

-- name: move_drafts
-- An organization of the municipality before would be refused here.
UPDATE draft SET municipality = $3, organization = NULL WHERE municipality = $1 AND participant_id = $2;

-- name: move_sessions
UPDATE participant_session SET tenant = $2 WHERE participant_id = $1;

-- name: note_move
INSERT INTO participant_move (participant_id, moved_at) VALUES ($1, now())
ON CONFLICT (participant_id) DO UPDATE SET moved_at = excluded.moved_at;
