-- name: add
INSERT INTO agreement (municipality, id, meeting, smo, body, due, state, made_at, settled_by, settled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8);

-- name: settle
UPDATE agreement SET state = $3, settled_by = $4, settled_at = $5 WHERE municipality = $1 AND id = $2;

-- name: lock
-- FOR UPDATE: two who settle it see each other.
SELECT municipality, id, meeting, smo, body, due, state, made_at, settled_at FROM agreement WHERE id = $1 FOR UPDATE;

-- name: of_meeting
SELECT a.municipality, a.id, a.meeting, a.smo, a.body, a.due, a.state, a.made_at, a.settled_at, p.name AS settled_by, m.name AS place,
       g.title, g.begins_at AS met_at
  FROM agreement AS a JOIN municipality AS m ON m.code = a.municipality JOIN account AS p ON p.id = a.settled_by
       JOIN meeting AS g ON g.municipality = 'region' AND g.id = a.meeting
 WHERE a.meeting = $1 AND ($2::text[] IS NULL OR a.municipality = ANY ($2))
 ORDER BY a.due, m.sort_key, a.id;

-- name: open_at
-- What an SMO's meeting began with: agreed before and not settled by then.
SELECT a.municipality, a.id, a.meeting, a.smo, a.body, a.due, a.state, a.made_at, a.settled_at, p.name AS settled_by, m.name AS place,
       g.title, g.begins_at AS met_at
  FROM agreement AS a JOIN municipality AS m ON m.code = a.municipality JOIN account AS p ON p.id = a.settled_by
       JOIN meeting AS g ON g.municipality = 'region' AND g.id = a.meeting
 WHERE a.smo = $1 AND a.meeting <> $2 AND a.made_at <= $3 AND (a.state = 'open' OR a.settled_at > $3)
   AND ($4::text[] IS NULL OR a.municipality = ANY ($4))
 ORDER BY a.due, m.sort_key, a.id;

-- name: listed
-- Of SMOs ($1) and of municipalities ($2), in a state or of any, or overdue on a day ($4).
SELECT a.municipality, a.id, a.meeting, a.smo, a.body, a.due, a.state, a.made_at, a.settled_at, p.name AS settled_by, m.name AS place,
       g.title, g.begins_at AS met_at
  FROM agreement AS a JOIN municipality AS m ON m.code = a.municipality JOIN account AS p ON p.id = a.settled_by
       JOIN meeting AS g ON g.municipality = 'region' AND g.id = a.meeting
 WHERE (a.smo = ANY ($1::text[]) OR a.municipality = ANY ($2::text[]))
   AND ($3::text = '' OR a.state = $3) AND ($4::date IS NULL OR a.due < $4)
   AND ($5::uuid IS NULL OR (a.due, a.id) > (SELECT l.due, l.id FROM agreement AS l WHERE l.id = $5))
 ORDER BY a.due, a.id
 LIMIT $6;

-- name: count
SELECT count(*) FILTER (WHERE due < $3)::int AS overdue, count(*)::int AS open, min(due) AS due
  FROM agreement
 WHERE (smo = ANY ($1::text[]) OR municipality = ANY ($2::text[])) AND state = 'open';
