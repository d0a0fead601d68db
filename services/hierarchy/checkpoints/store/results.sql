-- name: digests
SELECT r.municipality, r.campaign, r.day, r.digest
  FROM checkpoint_result AS r
  JOIN unnest($1::text[], $2::text[], $3::date[]) AS w (municipality, campaign, day)
    ON r.municipality = w.municipality AND r.campaign = w.campaign AND r.day = w.day;

-- name: keep
-- Guarded by version: what is told twice, or late, replaces nothing.
INSERT INTO checkpoint_result (municipality, campaign, day, version, digest, event)
SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::int[], $5::text[], $6::jsonb[])
ON CONFLICT (municipality, campaign, day) DO UPDATE
   SET version = excluded.version, event = excluded.event
 WHERE checkpoint_result.version < excluded.version AND checkpoint_result.digest = excluded.digest;

-- name: forget
DELETE FROM checkpoint_result;

-- name: of_municipality
SELECT event FROM checkpoint_result WHERE municipality = $1 AND campaign = $2 ORDER BY day;

-- name: days
-- The days of which there is a result in any municipality of these SMOs, or of all.
SELECT DISTINCT r.day
  FROM checkpoint_result AS r JOIN municipality AS m ON m.code = r.municipality
 WHERE r.campaign = $1 AND ($2::text[] IS NULL OR m.smo = ANY ($2))
 ORDER BY r.day;

-- name: of_day
-- Every municipality of these SMOs, or of all, that was not transformed, with what it has of a day.
SELECT m.code, m.name, m.smo, coalesce(district.name, '') AS district, r.event, c.number AS conclusion, c.written_at, c.body
  FROM municipality AS m
  LEFT JOIN municipality AS district ON district.code = m.parent
  LEFT JOIN checkpoint_result AS r ON r.municipality = m.code AND r.campaign = $1 AND r.day = $2
  LEFT JOIN LATERAL (SELECT number, written_at, body FROM checkpoint_conclusion
                      WHERE municipality = m.code AND campaign = $1 AND day = $2
                      ORDER BY number DESC LIMIT 1) AS c ON true
 WHERE ($3::text[] IS NULL OR m.smo = ANY ($3))
   AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n)
   AND m.search_text LIKE $4
 ORDER BY m.sort_key, m.code;

-- name: unconcluded
-- The results of these municipalities without a conclusion, the oldest first.
SELECT r.municipality, r.day
  FROM checkpoint_result AS r
 WHERE r.campaign = $1 AND r.municipality = ANY ($2::text[])
   AND NOT EXISTS (SELECT FROM checkpoint_conclusion AS c
                    WHERE c.municipality = r.municipality AND c.campaign = r.campaign AND c.day = r.day)
 ORDER BY r.day, r.municipality;

-- name: unconcluded_of_last
-- The last day of which there is a result in these SMOs, or in all, and how many of its results have no conclusion.
SELECT r.day, count(*) FILTER (WHERE c.day IS NULL)::int AS count
  FROM checkpoint_result AS r
  JOIN municipality AS m ON m.code = r.municipality
  LEFT JOIN checkpoint_conclusion AS c
    ON c.municipality = r.municipality AND c.campaign = r.campaign AND c.day = r.day AND c.number = 1
 WHERE r.campaign = $1 AND ($2::text[] IS NULL OR m.smo = ANY ($2))
 GROUP BY r.day
 ORDER BY r.day DESC
 LIMIT 1;
