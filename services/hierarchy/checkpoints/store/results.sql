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
-- The days of which there is a result that the transaction sees, each found by the index behind the one before.
WITH RECURSIVE found AS (
    (SELECT day FROM checkpoint_result WHERE campaign = $1 ORDER BY day LIMIT 1)
    UNION ALL
    SELECT (SELECT r.day FROM checkpoint_result AS r WHERE r.campaign = $1 AND r.day > found.day ORDER BY r.day LIMIT 1)
      FROM found WHERE found.day IS NOT NULL
)
SELECT day FROM found WHERE day IS NOT NULL;

-- name: municipalities
-- Every municipality of these SMOs, or of all, that was not transformed.
SELECT m.code, m.name, m.smo, coalesce(district.name, '') AS district
  FROM municipality AS m
  LEFT JOIN municipality AS district ON district.code = m.parent
 WHERE ($1::text[] IS NULL OR m.smo = ANY ($1))
   AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n)
   AND m.search_text LIKE $2
 ORDER BY m.sort_key, m.code;

-- name: of_day
SELECT municipality, event FROM checkpoint_result WHERE campaign = $1 AND day = $2;

-- name: concluded
-- The conclusions of a day that stand.
SELECT DISTINCT ON (municipality) municipality, number, body
  FROM checkpoint_conclusion
 WHERE campaign = $1 AND day = $2
 ORDER BY municipality, number DESC;

-- name: unconcluded
-- The results of these municipalities without a conclusion, the oldest first.
SELECT r.municipality, r.day
  FROM checkpoint_result AS r
 WHERE r.campaign = $1 AND r.municipality = ANY ($2::text[])
   AND NOT EXISTS (SELECT FROM checkpoint_conclusion AS c
                    WHERE c.municipality = r.municipality AND c.campaign = r.campaign AND c.day = r.day)
 ORDER BY r.day, r.municipality;

-- name: unconcluded_of_last
-- The last day of which there is a result that the transaction sees, and how many of its results have no conclusion, as
-- they are listed: without those of transformed municipalities.
SELECT r.day, count(*) FILTER (WHERE c.day IS NULL)::int AS count
  FROM checkpoint_result AS r
  LEFT JOIN checkpoint_conclusion AS c
    ON c.municipality = r.municipality AND c.campaign = r.campaign AND c.day = r.day AND c.number = 1
 WHERE r.campaign = $1
   AND r.day = (SELECT last.day FROM checkpoint_result AS last WHERE last.campaign = $1 ORDER BY last.day DESC LIMIT 1)
   AND r.municipality NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n)
 GROUP BY r.day;
