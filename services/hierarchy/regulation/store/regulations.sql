-- name: of_places
SELECT municipality, number, from_day, time_zone, week, minutes, act_number, act_day, set_by, on_behalf_of, set_at
  FROM regulation
 WHERE municipality = ANY ($1::text[])
 ORDER BY municipality, number;

-- name: all_of_all
SELECT municipality, number, from_day, time_zone, week, minutes, act_number, act_day, set_by, on_behalf_of, set_at
  FROM regulation
 ORDER BY municipality, number;

-- name: names
SELECT r.number, coalesce(who.name, '') AS who, coalesce(whose.name, '') AS whose
  FROM regulation AS r
  LEFT JOIN account AS who ON who.id = r.set_by
  LEFT JOIN account AS whose ON whose.id = r.on_behalf_of
 WHERE r.municipality = $1;

-- name: add
INSERT INTO regulation (municipality, number, from_day, time_zone, week, minutes, act_number, act_day, set_by,
                        on_behalf_of, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
