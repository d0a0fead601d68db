-- name: stale
-- What changed since it was told, or is judged by another rule; of the others those that come into an open state. They are
-- found by an index alone: a look at every text would take seconds.
WITH found AS MATERIALIZED (
    SELECT i.municipality, i.id
      FROM initiative AS i LEFT JOIN open_text AS o ON o.initiative_id = i.id
     WHERE i.campaign = $1
       AND CASE WHEN o.initiative_id IS NULL THEN i.status = ANY ($2::text[])
                ELSE o.version <> i.version OR o.look_at <= $3 OR o.rule <> $4 END
     LIMIT $5
)
SELECT i.municipality, i.id, i.number, i.campaign, i.participant_id, i.organization, i.direction, i.classifiers, i.title,
       i.text, i.status, i.submitted_at, i.version, i.held_since, i.origin, i.decided_by, i.in_time, i.merged_into
  FROM found JOIN initiative AS i ON i.municipality = found.municipality AND i.id = found.id;

-- name: known
SELECT initiative_id AS id, place, campaign, number, direction, status, version, published_at, changed_at, gone_at,
       gone_as, merged_into, look_at, rule
  FROM open_text WHERE initiative_id = ANY ($1::uuid[]);

-- name: keep
-- Of two workers the one that has seen more is right.
INSERT INTO open_text AS o (initiative_id, place, campaign, number, direction, status, version, published_at, changed_at,
                            gone_at, gone_as, merged_into, look_at, rule, words)
SELECT t.id, t.place, t.campaign, t.number, t.direction, t.status, t.version, t.published_at, t.changed_at,
       t.gone_at, t.gone_as, t.merged_into, t.look_at, t.rule,
       CASE WHEN t.published_at IS NOT NULL AND t.gone_at IS NULL
            THEN to_tsvector('russian', translate(i.title || ' ' || i.text, 'ёЁ', 'еЕ')) END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::timestamptz[],
              $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[], $13::timestamptz[],
              $14::text[])
       AS t (id, place, campaign, number, direction, status, version, published_at, changed_at, gone_at, gone_as, merged_into,
             look_at, rule)
  JOIN initiative AS i ON i.municipality = t.place AND i.id = t.id
ON CONFLICT (initiative_id) DO UPDATE
   SET place = excluded.place, direction = excluded.direction, status = excluded.status, version = excluded.version,
       published_at = excluded.published_at, changed_at = excluded.changed_at, gone_at = excluded.gone_at,
       gone_as = excluded.gone_as, merged_into = excluded.merged_into, look_at = excluded.look_at, rule = excluded.rule,
       words = excluded.words
 WHERE o.version <= excluded.version;

-- name: drop
-- What was never open.
DELETE FROM open_text WHERE initiative_id = ANY ($1::uuid[]) AND published_at IS NULL;

-- name: page
-- Keyset paging: page 1000 costs what page 1 costs.
SELECT initiative_id AS id, place, number, direction, status, published_at, changed_at
  FROM open_text
 WHERE campaign = $1 AND published_at IS NOT NULL AND gone_at IS NULL AND (published_at, number) < ($2, $3)
   AND ($4::text = '' OR direction = $4)
 ORDER BY published_at DESC, number DESC
 LIMIT $5;

-- name: page_of
-- The same of some municipalities.
SELECT initiative_id AS id, place, number, direction, status, published_at, changed_at
  FROM open_text
 WHERE campaign = $1 AND published_at IS NOT NULL AND gone_at IS NULL AND (published_at, number) < ($2, $3)
   AND ($4::text = '' OR direction = $4) AND place = ANY ($6::text[])
 ORDER BY published_at DESC, number DESC
 LIMIT $5;

-- name: found
-- The same with all of these words, in any form.
SELECT initiative_id AS id, place, number, direction, status, published_at, changed_at
  FROM open_text
 WHERE campaign = $1 AND published_at IS NOT NULL AND gone_at IS NULL AND (published_at, number) < ($2, $3)
   AND ($4::text = '' OR direction = $4) AND ($6::text[] IS NULL OR place = ANY ($6))
   AND words @@ plainto_tsquery('russian', translate($7, 'ёЁ', 'еЕ'))
 ORDER BY published_at DESC, number DESC
 LIMIT $5;

-- name: changed
SELECT initiative_id AS id, place, number, direction, status, published_at, changed_at, gone_at
  FROM open_text
 WHERE campaign = $1 AND published_at IS NOT NULL AND (changed_at, number) < ($2, $3)
 ORDER BY changed_at DESC, number DESC
 LIMIT $4;

-- name: changed_of
SELECT initiative_id AS id, place, number, direction, status, published_at, changed_at, gone_at
  FROM open_text
 WHERE campaign = $1 AND published_at IS NOT NULL AND (changed_at, number) < ($2, $3) AND place = ANY ($5::text[])
 ORDER BY changed_at DESC, number DESC
 LIMIT $4;

-- name: places
-- A loose scan: one probe of the index for each municipality, not one for each row.
WITH RECURSIVE t AS (
    (SELECT place FROM open_text WHERE campaign = $1 AND published_at IS NOT NULL AND gone_at IS NULL
      ORDER BY place LIMIT 1)
    UNION ALL
    SELECT (SELECT place FROM open_text
             WHERE campaign = $1 AND published_at IS NOT NULL AND gone_at IS NULL AND place > t.place
             ORDER BY place LIMIT 1)
      FROM t WHERE t.place IS NOT NULL
)
SELECT place FROM t WHERE place IS NOT NULL;

-- name: numbered
SELECT initiative_id AS id, place, campaign, number, direction, status, version, published_at, changed_at, gone_at,
       gone_as, merged_into, look_at, rule
  FROM open_text WHERE number = $1 AND published_at IS NOT NULL;

-- name: one
SELECT initiative_id AS id, place, campaign, number, direction, status, version, published_at, changed_at, gone_at,
       gone_as, merged_into, look_at, rule
  FROM open_text WHERE initiative_id = $1 AND published_at IS NOT NULL;

-- name: titles
-- Of those that their authors have not taken back a moment ago.
SELECT id, title FROM initiative
 WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]) AND status <> 'withdrawn' AND title <> '';

-- name: text
SELECT title, text FROM initiative WHERE municipality = $1 AND id = $2 AND status <> 'withdrawn' AND title <> '';
