-- name: due
-- Authors of what can no longer be taken back, those who wait for the longest first. Where the author was erased, the
-- initiative stands for itself as long as it has co-authors.
SELECT i.municipality, coalesce(i.participant_id, i.id) AS whose
  FROM decision AS d JOIN initiative AS i ON i.municipality = d.municipality AND i.id = d.initiative_id
 WHERE d.reported_at IS NULL
   AND (i.participant_id IS NOT NULL OR EXISTS (SELECT FROM authorship AS a WHERE a.initiative_id = i.id))
 GROUP BY i.municipality, whose
HAVING min(d.decided_at) <= $1
 ORDER BY min(d.decided_at), whose
 LIMIT $2;

-- name: take
-- SKIP LOCKED: what another worker tells, or who decided takes back at this moment.
SELECT d.municipality, d.id, d.initiative_id, d.version, d.kind, d.level, d.reason, d.text, d.before, d.decided_at,
       d.undone_at, i.participant_id, i.campaign, i.number, i.title, i.status, i.direction, i.merged_into
  FROM unnest($1::text[], $2::uuid[]) AS a (municipality, whose)
  JOIN initiative AS i ON i.municipality = a.municipality AND (i.participant_id = a.whose OR i.id = a.whose)
  JOIN decision AS d ON d.municipality = i.municipality AND d.initiative_id = i.id
 WHERE d.reported_at IS NULL AND d.decided_at <= $3
 ORDER BY i.number, d.version
   FOR UPDATE OF d SKIP LOCKED;

-- name: goes_on_in
SELECT municipality, id, participant_id, number, title FROM initiative
 WHERE (municipality, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]));

-- name: co_authors_of
SELECT initiative_id, participant_id FROM authorship
 WHERE initiative_id = ANY ($1::uuid[]) AND role = 'co-author' ORDER BY participant_id;

-- name: report
UPDATE decision AS d SET reported_at = $3
  FROM unnest($1::text[], $2::uuid[]) AS t (municipality, id)
 WHERE d.municipality = t.municipality AND d.id = t.id;

-- name: pass_over
-- Of whom nobody is left to be told: its author is a body, or was erased and had no co-authors.
UPDATE decision SET reported_at = $2 WHERE (municipality, id) IN (
    SELECT d.municipality, d.id FROM decision AS d
      JOIN initiative AS i ON i.municipality = d.municipality AND i.id = d.initiative_id
     WHERE d.reported_at IS NULL AND d.decided_at <= $1 AND i.participant_id IS NULL
       AND NOT EXISTS (SELECT FROM authorship AS a WHERE a.initiative_id = i.id)
     LIMIT 1000 FOR UPDATE OF d SKIP LOCKED);

-- name: directions
-- That of each of these after each of its decisions but the last: the direction before the next.
SELECT initiative_id, version, lead(before ->> 'direction') OVER (PARTITION BY initiative_id ORDER BY version) AS direction
  FROM decision WHERE municipality = ANY ($1::text[]) AND initiative_id = ANY ($2::uuid[]);
