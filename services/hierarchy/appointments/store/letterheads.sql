-- name: of_tenant
SELECT issuer, place, preamble, control FROM letterhead WHERE municipality = $1;

-- name: save
INSERT INTO letterhead (municipality, issuer, place, preamble, control) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (municipality) DO UPDATE
   SET issuer = excluded.issuer, place = excluded.place, preamble = excluded.preamble, control = excluded.control;
