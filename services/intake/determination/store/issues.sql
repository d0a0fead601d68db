-- name: every
SELECT i.municipality, i.id, i.name, i.closed_at,
       (SELECT count(*)::int
          FROM key_issue_mark AS m JOIN initiative AS o ON o.municipality = m.municipality AND o.id = m.initiative_id
         WHERE m.municipality = i.municipality AND m.issue_id = i.id) AS marked
  FROM key_issue AS i WHERE i.municipality = ANY ($1::text[]) AND i.campaign = $2
 ORDER BY i.closed_at IS NOT NULL, i.name, i.id;

-- name: lock
-- FOR UPDATE: who marks by it and who closes it see each other.
SELECT i.municipality, i.id, i.name, i.closed_at, 0 AS marked
  FROM key_issue AS i WHERE i.municipality = ANY ($1::text[]) AND i.id = $2 FOR UPDATE;

-- name: add
INSERT INTO key_issue (municipality, id, campaign, name, added_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (municipality, campaign, lower(name)) WHERE closed_at IS NULL DO NOTHING RETURNING id;

-- name: rename
UPDATE key_issue SET name = $3 WHERE municipality = $1 AND id = $2;

-- name: close
UPDATE key_issue SET closed_at = $3 WHERE municipality = $1 AND id = $2;

-- name: is_of_campaign
SELECT EXISTS (SELECT FROM key_issue WHERE municipality = $1 AND id = $2 AND campaign = $3);

-- name: mark
INSERT INTO key_issue_mark (municipality, issue_id, initiative_id, marked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING;

-- name: unmark
DELETE FROM key_issue_mark WHERE municipality = $1 AND issue_id = $2 AND initiative_id = $3;

-- name: of_initiative
SELECT i.municipality, i.id, i.name, i.closed_at, 0 AS marked
  FROM key_issue_mark AS m JOIN key_issue AS i ON i.municipality = m.municipality AND i.id = m.issue_id
 WHERE m.municipality = $1 AND m.initiative_id = $2
 ORDER BY i.name;
