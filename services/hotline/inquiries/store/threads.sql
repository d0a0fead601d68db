-- name: add
INSERT INTO inquiry_message (municipality, inquiry_id, message_id, ours, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING;

-- name: last
SELECT message_id, ours FROM inquiry_message WHERE municipality = $1 AND inquiry_id = $2 ORDER BY at DESC, ours DESC LIMIT $3;

-- name: named
-- The nearest of the letters that an answer names comes first.
SELECT m.municipality, m.inquiry_id AS id, i.number, i.email, m.ours
  FROM inquiry_message AS m JOIN inquiry AS i ON i.municipality = m.municipality AND i.id = m.inquiry_id
 WHERE m.message_id = ANY ($1::text[]) ORDER BY array_position($1::text[], m.message_id), m.at DESC LIMIT 20;

-- name: numbered
SELECT municipality, id, number, email, false AS ours FROM inquiry WHERE number = $1;

-- name: is_ours
SELECT EXISTS (SELECT FROM inquiry_message WHERE message_id = $1 AND ours);

-- name: erase_messages
DELETE FROM inquiry_message WHERE municipality = $1 AND inquiry_id = $2;

-- name: erase_wholes
DELETE FROM inquiry_letter WHERE municipality = $1 AND inquiry_id = $2;

-- name: erase_files
UPDATE inquiry_file SET name = '', erased = true WHERE municipality = $1 AND inquiry_id = $2;

-- name: erase_originals
-- A letter that was parked before it was applied lies there as it came, with the line that it came to: that may be
-- another municipality's, which serves this one.
INSERT INTO inquiry_file (municipality, inquiry_id, id, entry, name, media_type, size, key, erased)
SELECT $1, $2, gen_random_uuid(), 0, '', '', 0, original, true
  FROM mailbox_letter WHERE inquiry_id = $2 AND original <> '';
