-- name: keep
INSERT INTO participant_name (municipality, participant_id, digest) SELECT $1, $2, unnest($3::bytea[]);

-- name: forget
DELETE FROM participant_name WHERE municipality = $1 AND participant_id = $2;

-- name: find
SELECT p.id
  FROM participant AS p
 WHERE p.municipality = $1 AND p.campaign = $2 AND p.registered_at IS NOT NULL AND p.erased_at IS NULL
   AND ($3 OR p.organization = ANY ($4::uuid[]))
   AND p.id IN (SELECT participant_id FROM participant_name WHERE municipality = $1 AND digest = ANY ($5::bytea[])
                 GROUP BY participant_id HAVING count(*) = cardinality($5::bytea[]))
 ORDER BY p.registered_at DESC, p.id
 LIMIT $6;

-- name: near
SELECT p.id, array_agg(n.digest) AS digests
  FROM participant AS p JOIN participant_name AS n ON n.municipality = p.municipality AND n.participant_id = p.id
 WHERE p.municipality = $1 AND p.campaign = $2 AND p.organization IS NOT DISTINCT FROM $3 AND p.erased_at IS NULL
   AND p.id IN (SELECT participant_id FROM participant_name WHERE municipality = $1 AND digest = ANY ($4::bytea[]))
 GROUP BY p.id
 ORDER BY p.id;
