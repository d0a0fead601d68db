-- name: standing
-- The versions that stand, locked by the inbox row of their stream already.
SELECT kind, id::text, version, campaign, municipality, content
  FROM case_fact
 WHERE (municipality, kind, id) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[]));

-- name: insert
INSERT INTO case_fact (topic, partition, kind, id, version, campaign, municipality, content)
SELECT $1, $2, * FROM unnest($3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::jsonb[])
ON CONFLICT DO NOTHING
RETURNING municipality, kind, id::text;

-- name: replace
-- The version guard: an older event never replaces a newer one.
UPDATE case_fact AS c SET version = t.version, campaign = t.campaign, content = t.content
  FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::jsonb[])
       AS t (kind, id, version, campaign, municipality, content)
 WHERE (c.municipality, c.kind, c.id) = (t.municipality, t.kind, t.id) AND c.version < t.version;

-- name: drop
DELETE FROM case_fact WHERE topic = $1 AND partition = $2;

-- name: all_cases
SELECT kind, id::text, version, campaign, municipality, content FROM case_fact;

-- name: lines
-- Who has a published line, or shares another's.
SELECT municipality, content -> 'serves' AS serves FROM case_fact
 WHERE kind = 'line' AND NOT (content ->> 'closed')::boolean;

-- name: sums
-- Without hours and organizations, of which there are many: the condition as the index has it.
SELECT municipality, family, key, counter, n FROM counter
 WHERE campaign = $1 AND family LIKE 'hotline:%' AND family <> ALL ('{hotline:hour,hotline:organization}') AND n > 0;

-- name: sums_of
SELECT municipality, family, key, counter, n FROM counter
 WHERE municipality = ANY ($2::text[]) AND campaign = $1
   AND family LIKE 'hotline:%' AND family <> ALL ('{hotline:hour,hotline:organization}') AND n > 0;

-- name: hours
SELECT key AS hour, counter, sum(n)::bigint AS n FROM counter
 WHERE campaign = $1 AND family LIKE 'hotline:%' AND family = 'hotline:hour' AND n > 0
   AND ($2::text[] IS NULL OR municipality = ANY ($2))
 GROUP BY key, counter ORDER BY key;

-- name: organizations
SELECT key AS organization, counter, sum(n)::bigint AS n FROM counter
 WHERE campaign = $1 AND family LIKE 'hotline:%' AND family = 'hotline:organization' AND n > 0
   AND municipality = ANY ($2::text[])
 GROUP BY key, counter ORDER BY key, counter;

-- name: of_organizations
-- Their municipalities' cases are read for it: an index would cost every event, this the summaries alone.
SELECT kind, id::text, version, campaign, municipality, content FROM case_fact
 WHERE municipality = ANY ($2::text[]) AND campaign = $1 AND kind IN ('inquiry', 'consultation', 'help')
   AND content ->> 'organization' = ANY ($3::text[]);

-- name: work_sums
-- Without hours: the condition as the index has it.
SELECT municipality, family, key, counter, n FROM counter
 WHERE campaign = $1 AND family LIKE 'work:%' AND family <> 'work:hour' AND n > 0;

-- name: work_sums_of
SELECT municipality, family, key, counter, n FROM counter
 WHERE municipality = ANY ($2::text[]) AND campaign = $1
   AND family LIKE 'work:%' AND family <> 'work:hour' AND n > 0;

-- name: work_hours
SELECT key AS hour, counter, sum(n)::bigint AS n FROM counter
 WHERE campaign = $1 AND family LIKE 'work:%' AND family = 'work:hour' AND n > 0
   AND ($2::text[] IS NULL OR municipality = ANY ($2))
 GROUP BY key, counter ORDER BY key;
