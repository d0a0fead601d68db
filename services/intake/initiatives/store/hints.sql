-- name: newest
-- Below a number, the newest first: from the end of the index of lists. Words are cut here, where it takes least.
SELECT id, number, title, tsvector_to_array(to_tsvector('russian', translate(title, 'ёЁ', 'ее'))) AS title_stems,
       tsvector_to_array(to_tsvector('russian', translate(title || ' ' || left(text, 300), 'ёЁ', 'ее'))) AS stems
  FROM initiative
 WHERE municipality = $1 AND number < $2
 ORDER BY number DESC
 LIMIT $3;

-- name: stems
SELECT tsvector_to_array(to_tsvector('russian', translate($1, 'ёЁ', 'ее'))) AS title_stems,
       tsvector_to_array(to_tsvector('russian', translate($1 || ' ' || left($2, 300), 'ёЁ', 'ее'))) AS stems;

-- name: shown
SELECT i.id, i.number, i.direction, i.title, i.participant_id = $3 AS own, i.status = ANY ($4::text[]) AS open
  FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (id, nth)
  JOIN initiative AS i ON i.municipality = $1 AND i.id = asked.id
 WHERE i.status <> 'withdrawn' AND i.title <> ''
 ORDER BY asked.nth;
