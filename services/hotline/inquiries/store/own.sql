-- name: of_participant
SELECT i.subject, i.link_version, s.*
  FROM inquiry AS i
  JOIN inquiry_state AS s ON (s.municipality, s.id) = (i.municipality, i.id)
 WHERE i.participant = $1 AND ($2::bigint IS NULL OR i.number < $2)
 ORDER BY i.number DESC LIMIT $3;
