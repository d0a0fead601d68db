-- name: page
-- Municipality by municipality, so that each is read from the end of its own index. Words are compared as the texts are:
-- row security lets none but safe operators use an index, and a municipality has ten thousands of initiatives at most.
-- $18: words that may be mistyped; each is there, or one of the title is like it. A word alone has no pattern then: it is
-- nowhere, as the search before this one has found.
SELECT i.municipality, i.id, i.number, i.campaign, i.participant_id, i.organization, i.direction, i.classifiers, i.title,
       i.text, i.status, i.submitted_at, i.version, i.held_since, i.origin, i.decided_by, i.in_time, i.merged_into
  FROM unnest($1::text[], $2::boolean[], $3::timestamptz[]) AS p (municipality, whole, late_before)
  CROSS JOIN LATERAL (
      SELECT * FROM initiative AS i
       WHERE i.municipality = p.municipality AND i.campaign = $6 AND i.number < $7
         AND (p.whole OR i.municipality || '/' || i.direction = ANY ($4::text[]) OR i.organization = ANY ($5::uuid[]))
         AND ($8::text[] IS NULL OR i.status = ANY ($8))
         AND ($9::text = '' OR i.direction = $9)
         AND ($10::uuid[] IS NULL OR i.organization = ANY ($10))
         AND (NOT $11::boolean OR (i.status = ANY ($12::text[])
                                   AND coalesce(i.held_since, i.submitted_at) <= p.late_before))
         AND ($13::uuid IS NULL OR EXISTS (SELECT FROM key_issue_mark AS m
                                            WHERE m.municipality = i.municipality AND m.issue_id = $13
                                              AND m.initiative_id = i.id))
         AND ($14::timestamptz IS NULL OR i.submitted_at >= $14)
         AND ($15::timestamptz IS NULL OR i.submitted_at < $15)
         AND (i.number = $16::bigint OR i.title || ' ' || i.text ~ ALL ($17::text[])
              OR $18::text[] IS NOT NULL
                 AND NOT EXISTS (SELECT FROM unnest($18, $17) AS w (word, pattern)
                                  WHERE word_similarity(w.word, i.title) < 0.5
                                    AND (w.pattern IS NULL OR i.title || ' ' || i.text !~ w.pattern)))
       ORDER BY i.number DESC
       LIMIT $19
  ) AS i
 ORDER BY i.number DESC
 LIMIT $19;

-- name: counts
SELECT i.status, count(*)::int AS n,
       count(*) FILTER (WHERE i.status = ANY ($7::text[])
                          AND coalesce(i.held_since, i.submitted_at) <= p.late_before)::int AS late
  FROM unnest($1::text[], $2::boolean[], $3::timestamptz[]) AS p (municipality, whole, late_before)
  JOIN initiative AS i ON i.municipality = p.municipality AND i.campaign = $6
                      AND (p.whole OR i.municipality || '/' || i.direction = ANY ($4::text[])
                           OR i.organization = ANY ($5::uuid[]))
 GROUP BY i.status;

-- name: stems
-- The stem of each word, none of one that says nothing.
SELECT w AS word, (CASE WHEN w ~ '^[a-z0-9]+$' THEN ts_lexize('english_stem', w)
                        ELSE ts_lexize('russian_stem', w) END)[1] AS stem
  FROM unnest($1::text[]) WITH ORDINALITY AS t (w, nth) ORDER BY nth;

-- name: one
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative WHERE municipality = ANY ($1::text[]) AND id = $2;

-- name: some
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]);

-- name: numbered
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative WHERE municipality = ANY ($1::text[]) AND number = $2;
