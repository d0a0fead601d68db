-- name: keep_schedules
-- A restored database may tell a number again, and mean something else.
INSERT INTO checkpoint_schedule (municipality, subject, version, set_at, days)
SELECT municipality, subject, version, set_at, string_to_array(days, ',')::date[]
  FROM unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[], $5::text[])
       AS t (municipality, subject, version, set_at, days)
ON CONFLICT (subject, version) DO UPDATE
   SET municipality = excluded.municipality, set_at = excluded.set_at, days = excluded.days;

-- name: schedules
SELECT subject, version, set_at, days FROM checkpoint_schedule ORDER BY subject, version;

-- name: alone
-- Two workers take turns; the lock goes with the transaction.
SELECT pg_try_advisory_xact_lock(7031993);

-- name: keep_alone
-- For whoever waits for its turn.
SELECT pg_advisory_xact_lock(7031993);

-- name: frozen
SELECT campaign, municipality, day FROM checkpoint_result;

-- name: freeze
INSERT INTO checkpoint_result (municipality, campaign, day, ended_at, codes, registered, submitted, content)
SELECT municipality, $1, $2, $3, string_to_array(codes, ','), registered, submitted, content
  FROM unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[])
       AS t (municipality, codes, registered, submitted, content)
ON CONFLICT DO NOTHING
RETURNING municipality;

-- name: kept
-- What may have to be corrected: results of some days that are about any of these municipalities.
SELECT r.municipality, r.campaign, r.day, r.ended_at, r.codes, r.registered, r.submitted,
       coalesce(c.version, 1) AS version, coalesce(c.registered, 0) AS corrected_registered,
       coalesce(c.submitted, 0) AS corrected_submitted
  FROM checkpoint_result AS r LEFT JOIN checkpoint_correction AS c USING (municipality, campaign, day)
 WHERE r.day BETWEEN $1 AND $2 AND ($3::text[] IS NULL OR r.codes && $3)
 ORDER BY r.campaign, r.day, r.municipality;

-- name: correct
INSERT INTO checkpoint_correction (municipality, campaign, day, version, registered, submitted, corrected_at)
SELECT municipality, $1, $2, version, registered, submitted, $3
  FROM unnest($4::text[], $5::int[], $6::bigint[], $7::bigint[]) AS t (municipality, version, registered, submitted)
ON CONFLICT (municipality, campaign, day) DO UPDATE
   SET version = excluded.version, registered = excluded.registered, submitted = excluded.submitted,
       corrected_at = excluded.corrected_at
 WHERE checkpoint_correction.version < excluded.version;

-- name: told
-- The results of a campaign's day, with the corrections beside them.
SELECT r.content, c.version, c.registered, c.submitted
  FROM checkpoint_result AS r LEFT JOIN checkpoint_correction AS c USING (municipality, campaign, day)
 WHERE r.campaign = $1 AND r.day = $2 AND r.municipality = ANY ($3)
 ORDER BY r.municipality;

-- name: all_told
SELECT r.campaign, r.municipality, r.day, r.registered AS of_row_registered, r.submitted AS of_row_submitted,
       r.content, c.version, c.registered, c.submitted
  FROM checkpoint_result AS r LEFT JOIN checkpoint_correction AS c USING (municipality, campaign, day)
 ORDER BY r.campaign, r.day, r.municipality;

-- name: one_notes
-- Two workers that note at once touch the rows in other orders, and would lock each other out.
SELECT pg_advisory_xact_lock(7031994);

-- name: wait
INSERT INTO checkpoint_waiting (municipality, campaign, day, since, streams)
SELECT municipality, campaign, day, since, string_to_array(streams, ',')
  FROM unnest($1::text[], $2::text[], $3::date[], $4::timestamptz[], $5::text[])
       AS t (municipality, campaign, day, since, streams)
ON CONFLICT (municipality, campaign, day) DO UPDATE SET streams = excluded.streams
 WHERE checkpoint_waiting.streams <> excluded.streams;

-- name: wait_no_more
DELETE FROM checkpoint_waiting
 WHERE (municipality, campaign, day) NOT IN (SELECT * FROM unnest($1::text[], $2::text[], $3::date[]));

-- name: waiting
SELECT municipality, campaign, day, since, streams FROM checkpoint_waiting
 WHERE campaign = $1 AND ($2::text[] IS NULL OR municipality = ANY ($2))
 ORDER BY day, municipality;

-- name: warned
SELECT municipality, warning FROM warning WHERE campaign = $1;

-- name: warn
INSERT INTO warning (municipality, campaign, warning, day)
SELECT municipality, $1, warning, $2 FROM unnest($3::text[], $4::text[]) AS t (municipality, warning)
ON CONFLICT DO NOTHING
RETURNING municipality, warning;

-- name: all_warnings
SELECT campaign, municipality, warning, day FROM warning ORDER BY campaign, day, municipality, warning;

-- name: unanswered
SELECT t.id FROM unnest($1::uuid[]) AS t (id) WHERE NOT EXISTS (SELECT FROM figures_taken AS f WHERE f.id = t.id);

-- name: take
INSERT INTO figures_taken (municipality, id, content) VALUES ('region', $1, $2)
ON CONFLICT DO NOTHING RETURNING id;

-- name: all_taken
SELECT content FROM figures_taken ORDER BY id;

-- name: totals_before
-- What had been counted before a day, by the region's clock; up to now without one.
SELECT municipality, counter, sum(n)::bigint AS n FROM counter
 WHERE campaign = $1 AND family = 'hour' AND ($2::text IS NULL OR key < $2)
   AND ($3::text[] IS NULL OR municipality = ANY ($3))
 GROUP BY municipality, counter;

-- name: heard_between
-- Who submitted anything from a day on and before another.
SELECT DISTINCT municipality FROM counter
 WHERE campaign = $1 AND family = 'hour' AND counter = 'submitted' AND key >= $2 AND key < $3 AND n > 0;
