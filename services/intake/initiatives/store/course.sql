-- name: decisions_of
-- Of some initiatives, also those that were taken back.
SELECT initiative_id, version, kind, level, reason, text, before, decided_at, undone_at
  FROM decision
 WHERE municipality = ANY ($1::text[]) AND initiative_id = ANY ($2::uuid[])
 ORDER BY initiative_id, version;

-- name: wordings_of
SELECT initiative_id, version, title, text, replaced_at
  FROM wording
 WHERE municipality = ANY ($1::text[]) AND initiative_id = ANY ($2::uuid[])
 ORDER BY initiative_id, version;

-- name: numbers_of
SELECT id, number FROM initiative WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]);

-- name: forget_wordings
DELETE FROM wording AS w USING initiative AS i
 WHERE i.municipality = $1 AND i.participant_id = $2 AND w.municipality = i.municipality AND w.initiative_id = i.id;

-- name: reword
-- What it said before is kept beside.
WITH earlier AS (
    INSERT INTO wording (municipality, initiative_id, version, title, text, replaced_at)
    SELECT municipality, id, $3, title, text, $7 FROM initiative WHERE municipality = $1 AND id = $2
), changed AS (
    UPDATE initiative SET version = $3, title = $4, text = $5, status = $6, held_since = $7
     WHERE municipality = $1 AND id = $2
)
INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at)
VALUES ($1, $2, $3, $6, $7);

-- name: helped_by
SELECT level FROM assisted_initiative WHERE municipality = $1 AND initiative_id = $2;
