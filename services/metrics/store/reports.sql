-- name: ask
-- A request that has its answer is not asked again.
INSERT INTO report_request (municipality, id, campaign, organization, working_group, period_from, period_to)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::date[], $7::date[])
              AS t (municipality, id, campaign, organization, working_group, period_from, period_to)
 WHERE NOT EXISTS (SELECT FROM report_figures AS f WHERE f.id = t.id)
ON CONFLICT DO NOTHING;

-- name: asked
-- An organization or a campaign of which nobody has told yet is waited for.
SELECT r.municipality, r.id, r.campaign, r.organization, r.working_group, r.period_from, r.period_to
  FROM report_request AS r
 WHERE EXISTS (SELECT FROM mirror AS m WHERE m.topic = $1 AND m.subject = 'organization:' || r.organization)
   AND EXISTS (SELECT FROM mirror AS m WHERE m.topic = $1 AND m.subject = 'campaign:' || r.campaign)
 ORDER BY r.municipality, r.id LIMIT $2;

-- name: take
INSERT INTO report_figures (municipality, id, content)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])
ON CONFLICT DO NOTHING RETURNING id;

-- name: asked_no_more
DELETE FROM report_request WHERE id = ANY ($1::uuid[]);

-- name: all_taken
SELECT content FROM report_figures ORDER BY id;

-- name: of_organizations
-- What some organizations have, by all that a summary tells of them; `codes`: where their founders' figures are counted.
SELECT organization, counter, left(hour, 10) AS day, count(*)::int AS n,
       direction, classifiers ->> 'form' AS form, classifiers ->> 'position' AS position
  FROM fact
 WHERE campaign = $1 AND municipality = ANY ($2::text[]) AND organization = ANY ($3::uuid[]) AND NOT has_left
 GROUP BY organization, counter, left(hour, 10), direction, classifiers ->> 'form', classifiers ->> 'position';

-- name: first_times
-- Whose first initiative of the campaign was one of some organizations', on which day. Wherever the others are: who moved
-- took along what was open alone. Read whole, as no index of authors is kept: it would cost every event.
SELECT organization, 'first_time' AS counter, left(hour, 10) AS day, count(*)::int AS n
  FROM (SELECT DISTINCT ON (participant) organization, hour
          FROM fact
         WHERE campaign = $1 AND NOT has_left
           AND participant IN (SELECT participant FROM fact
                                WHERE campaign = $1 AND municipality = ANY ($2::text[]) AND organization = ANY ($3::uuid[]) AND NOT has_left)
         ORDER BY participant, happened_at, id) AS first
 WHERE organization = ANY ($3::uuid[])
 GROUP BY organization, left(hour, 10);
