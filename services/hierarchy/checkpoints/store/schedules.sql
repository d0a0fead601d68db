-- name: add_schedule
INSERT INTO checkpoint_schedule (municipality, campaign, number, days, days_before, rule, act_number, act_day,
                                 set_by, on_behalf_of, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: add_recommendation
INSERT INTO checkpoint_recommendation (municipality, smo, campaign, number, days, days_before, rule, set_by, set_at)
VALUES ('region', $1, $2, $3, $4, $5, $6, $7, $8);

-- name: own
-- The version that stands, of each of these municipalities.
SELECT DISTINCT ON (municipality) municipality, campaign, number, days, days_before AS before, rule, act_number,
       act_day, set_by, on_behalf_of, set_at
  FROM checkpoint_schedule
 WHERE campaign = $1 AND municipality = ANY ($2::text[])
 ORDER BY municipality, number DESC;

-- name: recommended
-- The version that stands, of each SMO.
SELECT DISTINCT ON (smo) smo, campaign, number, days, days_before AS before, rule, set_by, set_at
  FROM checkpoint_recommendation
 WHERE campaign = $1
 ORDER BY smo, number DESC;

-- name: own_versions
-- Every version of the days of these municipalities, the oldest first.
SELECT municipality, set_at, days FROM checkpoint_schedule
 WHERE campaign = $1 AND municipality = ANY ($2::text[]) ORDER BY municipality, number;

-- name: recommended_versions
SELECT smo, set_at, days FROM checkpoint_recommendation WHERE campaign = $1 ORDER BY smo, number;

-- name: all_schedules
SELECT DISTINCT ON (campaign, municipality) municipality, campaign, number, days, days_before AS before, rule,
       act_number, act_day, set_by, on_behalf_of, set_at
  FROM checkpoint_schedule
 ORDER BY campaign, municipality, number DESC;

-- name: all_recommendations
SELECT DISTINCT ON (campaign, smo) smo, campaign, number, days, days_before AS before, rule, set_by, set_at
  FROM checkpoint_recommendation
 ORDER BY campaign, smo, number DESC;

-- name: versions
-- Every version of a municipality's own days, the newest first, with who entered it and for whom.
SELECT s.number, s.days, s.days_before AS before, s.rule, s.act_number, s.act_day, s.set_at, p.name AS set_by,
       coalesce(behalf.name, '') AS on_behalf_of
  FROM checkpoint_schedule AS s
  JOIN account AS p ON p.id = s.set_by
  LEFT JOIN account AS behalf ON behalf.id = s.on_behalf_of
 WHERE s.municipality = $1 AND s.campaign = $2
 ORDER BY s.number DESC;

-- name: days_of
-- The days of their own that stand in municipalities of these SMOs, or of all.
SELECT DISTINCT unnest(s.days) AS day
  FROM (SELECT DISTINCT ON (s.municipality) s.days
          FROM checkpoint_schedule AS s JOIN municipality AS m ON m.code = s.municipality
         WHERE s.campaign = $1 AND ($2::text[] IS NULL OR m.smo = ANY ($2))
         ORDER BY s.municipality, s.number DESC) AS s
 ORDER BY day;

-- name: count_of_day
-- In how many municipalities of these SMOs, or of all, that were not transformed, a day is one of those that apply.
SELECT count(*)::int
  FROM municipality AS m
  LEFT JOIN LATERAL (SELECT days FROM checkpoint_schedule
                      WHERE municipality = m.code AND campaign = $1 ORDER BY number DESC LIMIT 1) AS own ON true
  LEFT JOIN (SELECT DISTINCT ON (smo) smo, days FROM checkpoint_recommendation
              WHERE campaign = $1 ORDER BY smo, number DESC) AS council ON council.smo = m.smo
 WHERE ($3::text[] IS NULL OR m.smo = ANY ($3))
   AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n)
   AND $2::date = ANY (coalesce(own.days, council.days));
