-- name: add
INSERT INTO meeting (municipality, id, campaign, smo, series, title, format, place, link, begins_at, duration, municipalities,
                     state, reason, sequence, version, called_by, called_at)
VALUES ('region', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: save
UPDATE meeting SET title = $2, format = $3, place = $4, link = $5, begins_at = $6, duration = $7, municipalities = $8,
                   state = $9, reason = $10, sequence = $11, version = $12
 WHERE municipality = 'region' AND id = $1;

-- name: get
SELECT id, campaign, smo, series, title, format, place, link, begins_at, duration, municipalities, state, reason, sequence, version, called_by
  FROM meeting WHERE municipality = 'region' AND id = $1;

-- name: lock
-- FOR UPDATE: whoever changes a meeting or answers it does so alone, so its numbers grow one by one.
SELECT id, campaign, smo, series, title, format, place, link, begins_at, duration, municipalities, state, reason, sequence, version, called_by
  FROM meeting WHERE municipality = 'region' AND id = $1 FOR UPDATE;

-- name: lock_following
-- In the order in which they come, as everybody locks them.
SELECT id, campaign, smo, series, title, format, place, link, begins_at, duration, municipalities, state, reason, sequence, version, called_by
  FROM meeting
 WHERE municipality = 'region' AND series = $1 AND begins_at >= $2 AND state = 'planned'
 ORDER BY begins_at, id FOR UPDATE;

-- name: all_of_all
SELECT id, campaign, smo, series, title, format, place, link, begins_at, duration, municipalities, state, reason, sequence, version, called_by
  FROM meeting ORDER BY called_at, id;

-- name: next_of_smo
-- The one that comes next, or is being held.
SELECT id, campaign, smo, series, title, format, place, link, begins_at, duration, municipalities, state, reason, sequence, version, called_by
  FROM meeting
 WHERE municipality = 'region' AND smo = $1 AND state = 'planned' AND begins_at + duration * interval '1 minute' > $2
 ORDER BY begins_at, id LIMIT 1;

-- name: unmarked
-- That are over, and of which nobody has said who was there, the latest first.
SELECT id FROM meeting
 WHERE municipality = 'region' AND smo = $1 AND state = 'planned' AND begins_at + duration * interval '1 minute' <= $2
 ORDER BY begins_at DESC, id DESC;

-- name: near
-- Called long enough before: whoever was invited just now needs no reminder.
SELECT id FROM meeting
 WHERE municipality = 'region' AND state = 'planned' AND begins_at > $1 AND begins_at <= $2
   AND called_at < begins_at - interval '30 hours'
 ORDER BY begins_at, id;

-- name: listed
-- Meetings of SMOs ($1), and those to which municipalities ($2) are invited: that are to come or are held at a moment
-- ($6), the nearest first, or that are over, marked or not, the latest first; of the SMOs' with how many have answered what.
SELECT m.id, m.title, m.format, m.begins_at, m.duration, m.state, m.smo, m.series IS NOT NULL AS repeats,
       count(i.meeting)::int AS invited,
       count(*) FILTER (WHERE i.answer = 'accepted')::int AS accepted,
       count(*) FILTER (WHERE i.answer = 'declined')::int AS declined,
       count(*) FILTER (WHERE i.answer = 'substitute')::int AS substitutes,
       count(*) FILTER (WHERE i.answer = '')::int AS unanswered
  FROM meeting AS m LEFT JOIN invitation AS i ON i.meeting = m.id
 WHERE m.municipality = 'region' AND (m.smo = ANY ($1::text[]) OR m.municipalities && $2::text[])
   AND (m.state = 'planned' AND m.begins_at + m.duration * interval '1 minute' > $6) = $3
   AND ($4::uuid IS NULL OR CASE WHEN $3 THEN (m.begins_at, m.id) > (SELECT l.begins_at, l.id FROM meeting AS l WHERE l.id = $4)
                                 ELSE (m.begins_at, m.id) < (SELECT l.begins_at, l.id FROM meeting AS l WHERE l.id = $4) END)
 GROUP BY m.municipality, m.id
 ORDER BY CASE WHEN $3 THEN m.begins_at END, CASE WHEN $3 THEN m.id END, m.begins_at DESC, m.id DESC
 LIMIT $5;

-- name: items
SELECT id, number, body, request, as_of, day, figures::text AS figures
  FROM agenda_item WHERE municipality = 'region' AND meeting = $1 ORDER BY number, id;

-- name: requests
SELECT meeting, array_agg(request ORDER BY number, id) AS requests
  FROM agenda_item WHERE municipality = 'region' AND meeting = ANY ($1::uuid[]) AND request IS NOT NULL GROUP BY meeting;

-- name: remove_items
DELETE FROM agenda_item WHERE municipality = 'region' AND meeting = $1 AND id <> ALL ($2::uuid[]);

-- name: save_items
INSERT INTO agenda_item (municipality, id, meeting, number, body)
SELECT 'region', i.id, $1, i.number, i.body FROM unnest($2::uuid[], $3::int[], $4::text[]) AS i (id, number, body)
ON CONFLICT (municipality, id) DO UPDATE SET number = excluded.number, body = excluded.body;

-- name: ask_for_figures
UPDATE agenda_item SET request = $3 WHERE municipality = 'region' AND meeting = $1 AND id = $2 AND request IS NULL RETURNING id;

-- name: take_figures
-- Once: what came first stays.
UPDATE agenda_item SET as_of = $2, day = $3, figures = $4::text::jsonb
 WHERE municipality = 'region' AND request = $1 AND figures IS NULL;

-- name: minutes
SELECT m.number, m.body, a.name AS by, m.written_at
  FROM meeting_minutes AS m JOIN account AS a ON a.id = m.written_by
 WHERE m.municipality = 'region' AND m.meeting = $1 ORDER BY m.number DESC;

-- name: add_minutes
INSERT INTO meeting_minutes (municipality, meeting, number, body, written_by, written_at) VALUES ('region', $1, $2, $3, $4, $5);
