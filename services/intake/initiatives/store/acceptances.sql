-- name: due
-- Authors who wait for the longest first.
SELECT municipality, participant_id FROM acceptance
 GROUP BY municipality, participant_id
HAVING min(accepted_at) <= $1
 ORDER BY min(accepted_at), participant_id
 LIMIT $2;

-- name: addressees
-- FOR SHARE: whoever is erased meanwhile waits, and then takes the letter back. In one order, so that two bundles
-- cannot deadlock.
SELECT id, email FROM participant
 WHERE (municipality, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
 ORDER BY id
   FOR SHARE;

-- name: take
-- What another worker has taken is not returned again.
WITH taken AS (
    DELETE FROM acceptance WHERE (municipality, participant_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
    RETURNING municipality, initiative_id
)
SELECT i.municipality, i.participant_id, i.id, i.number, i.organization, i.title
  FROM taken AS t JOIN initiative AS i ON i.municipality = t.municipality AND i.id = t.initiative_id
 WHERE i.status <> 'withdrawn'
 ORDER BY i.participant_id, i.number;

-- name: forget
DELETE FROM acceptance WHERE municipality = $1 AND participant_id = $2;
