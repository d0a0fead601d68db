-- name: facts
-- The versions that stand, locked by the inbox row of their stream already.
SELECT counter, id::text, version, campaign, municipality, organization::text, direction, classifiers,
       happened_at, hour AS local_time, status, origin, decided_by, in_time, participant::text, has_left AS left
  FROM fact
 WHERE (municipality, counter, id) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[]));

-- name: insert_facts
INSERT INTO fact (topic, partition, counter, id, version, campaign, municipality, organization, direction,
                  classifiers, happened_at, hour, status, origin, decided_by, in_time, has_left, participant)
SELECT $1, $2, * FROM unnest($3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::uuid[],
                             $9::text[], $10::jsonb[], $11::timestamptz[], $12::text[],
                             $13::text[], $14::text[], $15::text[], $16::boolean[], $17::boolean[], $18::uuid[])
ON CONFLICT DO NOTHING
RETURNING municipality, id::text;

-- name: replace_facts
-- The version guard: an older event never replaces a newer one.
UPDATE fact
   SET version = t.version, campaign = t.campaign, organization = t.organization, direction = t.direction,
       classifiers = t.classifiers, happened_at = t.happened_at, hour = t.hour,
       status = t.status, origin = t.origin, decided_by = t.decided_by, in_time = t.in_time, has_left = t.has_left,
       participant = t.participant
  FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::text[],
              $8::jsonb[], $9::timestamptz[], $10::text[],
              $11::text[], $12::text[], $13::text[], $14::boolean[], $15::boolean[], $16::uuid[])
       AS t (counter, id, version, campaign, municipality, organization, direction, classifiers,
             happened_at, hour, status, origin, decided_by, in_time, has_left, participant)
 WHERE (fact.municipality, fact.counter, fact.id) = (t.municipality, t.counter, t.id)
   AND fact.version < t.version;

-- name: add
-- Sorted by key, so that two transactions lock rows in the same order and cannot deadlock.
INSERT INTO counter (topic, partition, campaign, municipality, family, key, counter, n)
SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
ON CONFLICT (municipality, campaign, family, key, counter) DO UPDATE SET n = counter.n + excluded.n;

-- name: subtract
-- An update: an insert would trip over CHECK (n >= 0) before it could meet the row that stands.
UPDATE counter AS c SET n = c.n + t.n
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
       AS t (campaign, municipality, family, key, counter, n)
 WHERE (c.municipality, c.campaign, c.family, c.key, c.counter)
     = (t.municipality, t.campaign, t.family, t.key, t.counter);

-- name: roll_up_together
SELECT * FROM roll_up_together(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
    $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
    $29, $30, $31, $32, $33, $34, $35, $36
);

-- name: drop_facts
-- All are read for it, which happens once in years: an index by stream would cost every event.
DELETE FROM fact WHERE topic = $1 AND partition = $2;

-- name: drop_counters
-- Not deleted: whoever was told of a figure is told that nothing is left of it.
UPDATE counter SET n = 0 WHERE topic = $1 AND partition = $2 AND n <> 0;

-- name: totals_of_stream
-- What the live view keeps in memory: each municipality's counters by day.
SELECT municipality, left(key, 10) AS day, counter, sum(n)::bigint AS n
  FROM counter
 WHERE topic = $2 AND partition = $3 AND campaign = $1 AND family = 'hour'
 GROUP BY municipality, left(key, 10), counter;

-- name: since
-- How much happened since a moment, to the second.
SELECT counter, count(*) AS n FROM fact
 WHERE campaign = $1 AND happened_at > $2 AND NOT has_left AND ($3::text[] IS NULL OR municipality = ANY ($3))
 GROUP BY counter;

-- name: totals_of_days
SELECT c.municipality, left(c.key, 10) AS day, c.counter, sum(c.n)::bigint AS n
  FROM unnest($2::text[], $3::text[]) AS t (municipality, day)
  JOIN counter AS c ON c.municipality = t.municipality AND c.campaign = $1 AND c.family = 'hour'
                   AND c.key >= t.day || 'T' AND c.key < t.day || 'U'
 GROUP BY c.municipality, left(c.key, 10), c.counter;

-- name: hours
SELECT key AS hour, counter, sum(n)::bigint AS n
  FROM counter
 WHERE campaign = $1 AND family = 'hour' AND key >= $2 AND ($3::text[] IS NULL OR municipality = ANY ($3))
 GROUP BY key, counter
 ORDER BY key;

-- name: by_day
-- A past campaign's course, of the whole region.
SELECT counter, left(key, 10) AS day, sum(n)::bigint AS n
  FROM counter WHERE campaign = $1 AND family = 'hour'
 GROUP BY counter, left(key, 10);

-- name: by_family
SELECT municipality, key, counter, n
  FROM counter
 WHERE campaign = $1 AND family = $2 AND ($3::text[] IS NULL OR municipality = ANY ($3));

-- name: by_classifier
-- The condition as the index has it.
SELECT family, key, counter, sum(n)::bigint AS n FROM counter
 WHERE campaign = $1 AND family LIKE 'classifier:%' AND ($2::text[] IS NULL OR municipality = ANY ($2))
 GROUP BY family, key, counter;

-- name: lives
-- The condition as the index has it.
SELECT municipality, family, key, n FROM counter
 WHERE campaign = $1 AND family IN ('status', 'level', 'origin', 'in-time') AND n > 0;

-- name: lives_of
SELECT municipality, family, key, n FROM counter
 WHERE municipality = ANY ($2::text[]) AND campaign = $1
   AND family IN ('status', 'level', 'origin', 'in-time') AND n > 0;

-- name: by_direction
-- The condition as the index has it.
SELECT key, sum(n)::bigint AS n FROM counter
 WHERE campaign = $1 AND family = 'direction-status' AND ($2::text[] IS NULL OR municipality = ANY ($2))
 GROUP BY key;

-- name: of_organization
-- One organization by day. Its founder's facts are read for it: an index would cost every event, this one page.
SELECT counter, left(hour, 10) AS day, count(*) AS n FROM fact
 WHERE campaign = $1 AND municipality = ANY ($2) AND organization = $3 AND NOT has_left
 GROUP BY counter, left(hour, 10);

-- name: heard_of
-- The organizations that submitted anything since a moment.
SELECT DISTINCT organization FROM fact
 WHERE campaign = $1 AND happened_at >= $3 AND municipality = ANY ($2) AND counter = 'submitted'
   AND organization IS NOT NULL AND NOT has_left;

-- name: of_municipalities
-- All that is stated of them, zeros too: a campaign of which nothing is left is stated as well. A line of the
-- hotline's belongs to no campaign; of the work between the levels it is told only that there is some.
SELECT campaign, municipality, family, key, counter, n FROM counter
 WHERE municipality = ANY ($1::text[]) AND campaign <> '' AND family NOT LIKE 'work:%'
   AND family <> ALL ('{hotline:hour,hotline:organization}')
UNION ALL
SELECT DISTINCT campaign, municipality, '', '', '', 0::bigint FROM counter
 WHERE municipality = ANY ($1::text[]) AND campaign <> '' AND family LIKE 'work:%'
 ORDER BY municipality, campaign, family, key, counter;

-- name: sums_of
SELECT campaign, municipality, counter, sum(n)::bigint AS n FROM counter
 WHERE municipality = ANY ($1::text[]) AND family = 'hour'
 GROUP BY campaign, municipality, counter;

-- name: municipalities
SELECT DISTINCT municipality FROM counter;

-- name: latest
-- What just happened, a minute of a municipality at a time: a burst of one is a line, and the others are seen.
-- No person, no text; a direction where all are of one.
SELECT counter, municipality, CASE WHEN count(DISTINCT direction) = 1 THEN min(direction) END AS direction,
       max(happened_at) AS happened_at, count(*)::int AS n
  FROM (SELECT counter, municipality, direction, happened_at
          FROM fact WHERE campaign = $1 AND NOT has_left AND ($3::text[] IS NULL OR municipality = ANY ($3))
         ORDER BY happened_at DESC LIMIT 2000) AS recent
 GROUP BY counter, municipality, date_trunc('minute', happened_at)
 ORDER BY max(happened_at) DESC LIMIT $2;

-- name: all_counters
SELECT campaign, municipality, family, key, counter, n FROM counter WHERE n > 0;

-- name: all_facts
SELECT counter, id::text, version, campaign, municipality, organization::text, direction, classifiers,
       happened_at, hour AS local_time, status, origin, decided_by, in_time, participant::text, has_left AS left
  FROM fact;

-- name: marks
SELECT topic, partition, epoch, mark FROM inbox WHERE reader = $1 ORDER BY topic, partition;
