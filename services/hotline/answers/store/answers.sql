-- name: add
INSERT INTO answer (municipality, id, latest, in_use, published) VALUES ($1, $2, $3, $4, $5);

-- name: lock
-- FOR UPDATE: who changes it and who approves it see each other.
SELECT municipality, id, latest, in_use, published, removed_at FROM answer
 WHERE id = $1 AND removed_at IS NULL FOR UPDATE;

-- name: one
SELECT municipality, id, latest, in_use, published, removed_at FROM answer WHERE id = $1 AND removed_at IS NULL;

-- name: save
UPDATE answer SET latest = $3, in_use = $4, published = $5, removed_at = $6 WHERE municipality = $1 AND id = $2;

-- name: add_version
INSERT INTO answer_version (municipality, answer_id, nth, theme, title, text, written_by, written_by_name, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: approve_version
UPDATE answer_version SET approved_by = $4, approved_by_name = $5, approved_at = $6
 WHERE municipality = $1 AND answer_id = $2 AND nth = $3;

-- name: versions
SELECT nth, theme, title, text, written_by, written_by_name, written_at, approved_by_name, approved_at
  FROM answer_version WHERE municipality = $1 AND answer_id = $2 ORDER BY nth DESC;

-- name: listed
-- A municipality's answers, what waits for approval first.
SELECT a.municipality, a.id, a.latest, a.in_use, a.published, v.title, v.theme, v.written_by_name, v.written_at,
       coalesce(u.times, 0) AS used
  FROM answer AS a
  JOIN answer_version AS v ON v.municipality = a.municipality AND v.answer_id = a.id AND v.nth = a.latest
  LEFT JOIN (SELECT answer_id, sum(times)::int AS times FROM answer_use GROUP BY answer_id) AS u ON u.answer_id = a.id
 WHERE a.municipality = $1 AND a.removed_at IS NULL AND ($2::text = '' OR v.theme = $2)
   AND CASE $3::text WHEN 'pending' THEN a.in_use IS DISTINCT FROM a.latest
                     WHEN 'in-use' THEN a.in_use IS NOT NULL
                     WHEN 'published' THEN a.published ELSE true END
   AND ($4::uuid IS NULL OR (a.in_use IS NOT DISTINCT FROM a.latest, v.title, a.id) >
        (SELECT (l.in_use IS NOT DISTINCT FROM l.latest), w.title, l.id
           FROM answer AS l JOIN answer_version AS w
             ON w.municipality = l.municipality AND w.answer_id = l.id AND w.nth = l.latest
          WHERE l.municipality = $1 AND l.id = $4))
 ORDER BY (a.in_use IS NOT DISTINCT FROM a.latest), v.title, a.id
 LIMIT $5;

-- name: pending
SELECT municipality, count(*)::int AS count FROM answer
 WHERE municipality = ANY ($1::text[]) AND removed_at IS NULL AND in_use IS DISTINCT FROM latest
 GROUP BY municipality;

-- name: in_use
-- All that may be sent, by theme; of several places, in their order.
SELECT a.municipality, a.id, a.published, v.theme, v.title, v.text, coalesce(u.times, 0) AS used
  FROM answer AS a
  JOIN answer_version AS v ON v.municipality = a.municipality AND v.answer_id = a.id AND v.nth = a.in_use
  LEFT JOIN answer_use AS u ON u.municipality = $4 AND u.answer_id = a.id
 WHERE a.municipality = ANY ($1::text[]) AND a.removed_at IS NULL AND ($2::text = '' OR v.theme = $2)
   AND (a.published OR NOT $3::boolean)
 ORDER BY array_position($1::text[], a.municipality), coalesce(u.times, 0) DESC, v.title, a.id
 LIMIT $5;

-- name: found
-- The same by words: each counts as a whole where its stem begins a word of the answer, and by its likeness where it was
-- mistyped. Nearly half of them have to be there. Words without a stem («как», «на») say nothing.
WITH asked AS (
    SELECT w AS word, to_tsquery('russian', w || ':*') AS stem FROM unnest($6::text[]) AS w
), wanted AS (
    SELECT word, stem FROM asked WHERE numnode(stem) > 0
), scored AS (
    SELECT a.municipality, a.id, a.published, v.theme, v.title, v.text, coalesce(u.times, 0) AS used,
           (SELECT avg(CASE WHEN v.words @@ w.stem THEN 1.0
                            WHEN word_similarity(w.word, v.beginning) >= 0.4 THEN word_similarity(w.word, v.beginning)
                            ELSE 0.0 END) FROM wanted AS w) AS score,
           (SELECT sum(ts_rank(v.words, w.stem)) FROM wanted AS w) AS rank
      FROM answer AS a
      JOIN answer_version AS v ON v.municipality = a.municipality AND v.answer_id = a.id AND v.nth = a.in_use
      LEFT JOIN answer_use AS u ON u.municipality = $4 AND u.answer_id = a.id
     WHERE a.municipality = ANY ($1::text[]) AND a.removed_at IS NULL AND ($2::text = '' OR v.theme = $2)
       AND (a.published OR NOT $3::boolean)
)
SELECT municipality, id, published, theme, title, text, used
  FROM scored
 WHERE score >= 0.4
 ORDER BY array_position($1::text[], municipality), score DESC, rank DESC, used DESC, title, id
 LIMIT $5;

-- name: used
INSERT INTO answer_use (municipality, answer_id, times, used_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (municipality, answer_id) DO UPDATE SET times = answer_use.times + 1, used_at = excluded.used_at;
