-- name: add
INSERT INTO checkpoint_conclusion (municipality, campaign, day, number, body, written_by, on_behalf_of, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: of_municipality
-- The version that stands, of each day.
SELECT DISTINCT ON (c.day) c.day, c.number, c.body, c.written_at, p.name AS written_by, coalesce(behalf.name, '') AS on_behalf_of
  FROM checkpoint_conclusion AS c
  JOIN account AS p ON p.id = c.written_by
  LEFT JOIN account AS behalf ON behalf.id = c.on_behalf_of
 WHERE c.municipality = $1 AND c.campaign = $2
 ORDER BY c.day, c.number DESC;

-- name: versions
-- Every version of a day's conclusion, the newest first.
SELECT c.number, c.body, c.written_at, p.name AS written_by, coalesce(behalf.name, '') AS on_behalf_of
  FROM checkpoint_conclusion AS c
  JOIN account AS p ON p.id = c.written_by
  LEFT JOIN account AS behalf ON behalf.id = c.on_behalf_of
 WHERE c.municipality = $1 AND c.campaign = $2 AND c.day = $3
 ORDER BY c.number DESC;
