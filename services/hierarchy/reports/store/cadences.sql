-- name: of_municipality
SELECT municipality, number, working_group, level, from_day, weekday, at, act_number, act_day, set_by, on_behalf_of, set_at
  FROM report_cadence WHERE municipality = $1 ORDER BY number;

-- name: all_of_all
SELECT municipality, number, working_group, level, from_day, weekday, at, act_number, act_day, set_by, on_behalf_of, set_at
  FROM report_cadence ORDER BY municipality, number;

-- name: add
INSERT INTO report_cadence (municipality, number, working_group, level, from_day, weekday, at, act_number, act_day, set_by, on_behalf_of, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
