-- name: holders
-- Who has how much of what is open: each person, and under no name what nobody has.
SELECT i.municipality, i.holder AS account, max(i.holder_name) AS name, count(*) AS open,
       count(*) FILTER (WHERE i.status = 'waiting') AS waiting,
       count(*) FILTER (WHERE i.status <> 'waiting' AND d.due_at <= $2) AS overdue,
       min(i.opened_at) AS oldest_at
  FROM inquiry AS i
 CROSS JOIN LATERAL (SELECT CASE WHEN i.first_answered_at IS NULL THEN i.first_answer_due_at
                                 ELSE i.answer_due_at END AS due_at) AS d
 WHERE i.municipality = ANY ($1::text[]) AND i.status IN ('new', 'taken', 'waiting', 'transferred')
   AND i.erased_at IS NULL
 GROUP BY i.municipality, i.holder
 ORDER BY i.municipality, i.holder IS NOT NULL, count(*) DESC, max(i.holder_name), i.holder;

-- name: answered
-- Who answered how much since a moment, and how much of it late.
SELECT municipality, holder AS account, max(holder_name) AS name, count(*) AS answered,
       count(*) FILTER (WHERE answer_late) AS late
  FROM inquiry
 WHERE municipality = ANY ($1::text[]) AND answered_at >= $2
 GROUP BY municipality, holder;

-- name: oldest
-- What has been open longest, the first first.
SELECT municipality, id, number, subject, holder_name, status, opened_at
  FROM inquiry
 WHERE municipality = ANY ($1::text[]) AND status IN ('new', 'taken', 'waiting', 'transferred')
   AND erased_at IS NULL
 ORDER BY opened_at, id LIMIT $2;

-- name: breached
-- How often that happened, whatever the list shows.
SELECT count(*) FROM inquiry_level WHERE municipality = ANY ($1::text[]) AND why = 'escalated' AND since >= $2;

-- name: breaches
-- What climbed since a moment because its time had passed, each step once.
SELECT i.municipality, i.id, i.number, i.subject, i.holder_name, i.status, l.since, l.level
  FROM inquiry_level AS l
  JOIN inquiry AS i ON (i.municipality, i.id) = (l.municipality, l.inquiry_id)
 WHERE l.municipality = ANY ($1::text[]) AND l.why = 'escalated' AND l.since >= $2
 ORDER BY l.since DESC, i.id LIMIT $3;
