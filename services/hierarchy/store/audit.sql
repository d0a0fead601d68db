-- name: add
INSERT INTO audit (municipality, at, account, on_behalf_of, action, subject)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]);
