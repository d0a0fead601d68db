-- name: erase
-- The words of questions whose campaign closed before. That there was an answer, and a published one, still shows: by a dash.
WITH gone AS (
    SELECT q.municipality, q.id
      FROM question AS q JOIN campaign AS c ON c.id = q.campaign
     WHERE q.erased_at IS NULL AND c.close_until < ($1::timestamptz)::date
     ORDER BY q.municipality, q.id
     LIMIT $2 FOR UPDATE OF q SKIP LOCKED
), steps AS (
    DELETE FROM question_step AS s USING gone AS g WHERE s.municipality = g.municipality AND s.question = g.id
)
UPDATE question AS q
   SET name = '', place = '', body = '', answer = CASE WHEN q.answer = '' THEN '' ELSE '–' END,
       published_text = CASE WHEN q.published_text = '' THEN '' ELSE '–' END, erased_at = now()
  FROM gone AS g WHERE q.municipality = g.municipality AND q.id = g.id;
