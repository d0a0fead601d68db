-- name: all_calendars
SELECT year, version, days_off, worked, shortened, basis FROM calendar ORDER BY year;

-- name: save
INSERT INTO calendar (year, version, days_off, worked, shortened, basis) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (year) DO UPDATE
   SET version = excluded.version, days_off = excluded.days_off, worked = excluded.worked,
       shortened = excluded.shortened, basis = excluded.basis;
