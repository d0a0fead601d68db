-- name: people
-- Who is invited for each of these municipalities: the responsible person, or else the Head.
SELECT DISTINCT ON (a.municipality) a.municipality, p.id AS account, a.name, p.email, a.role
  FROM appointment AS a JOIN account AS p ON p.id = a.account
 WHERE a.municipality = ANY ($1::text[]) AND a.until_at IS NULL AND a.role IN ('responsible', 'head')
 ORDER BY a.municipality, a.role DESC;

-- name: municipalities
-- An SMO's own that were not transformed, by name.
SELECT code, name FROM municipality
 WHERE smo = $1 AND code NOT IN (SELECT unnest(successor_of) FROM municipality)
 ORDER BY sort_key, code;

-- name: turned_over
-- Coming meetings to which the person of now is not invited, or at another address.
WITH person AS (
    SELECT DISTINCT ON (a.municipality) a.municipality, p.id AS account, p.email
      FROM appointment AS a JOIN account AS p ON p.id = a.account
     WHERE a.until_at IS NULL AND a.role IN ('responsible', 'head')
     ORDER BY a.municipality, a.role DESC)
SELECT m.id
  FROM meeting AS m
 WHERE m.municipality = 'region' AND m.state = 'planned' AND m.begins_at > $1
   AND EXISTS (SELECT FROM person AS p
                WHERE p.municipality = ANY (m.municipalities)
                  AND NOT EXISTS (SELECT FROM invitation AS i
                                   WHERE i.municipality = p.municipality AND i.meeting = m.id
                                     AND (i.account, i.email) = (p.account, p.email)))
 ORDER BY m.begins_at, m.id;

-- name: save_many
-- Who has answered stays with the answer, and goes with it.
INSERT INTO invitation (municipality, meeting, account, name, email, role, answer, reason, substitute, substitute_email, substitute_phone,
                        answered_by, answered_at, presence, by_substitute)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                     $10::text[], $11::text[], $12::uuid[], $13::timestamptz[], $14::text[], $15::boolean[])
ON CONFLICT (municipality, meeting) DO UPDATE
   SET account = excluded.account, name = excluded.name, email = excluded.email, role = excluded.role, answer = excluded.answer,
       reason = excluded.reason, substitute = excluded.substitute, substitute_email = excluded.substitute_email,
       substitute_phone = excluded.substitute_phone,
       answered_by = CASE WHEN excluded.answered_at IS NOT NULL THEN coalesce(excluded.answered_by, invitation.answered_by) END,
       answered_at = excluded.answered_at,
       presence = excluded.presence, by_substitute = excluded.by_substitute;

-- name: remove
DELETE FROM invitation WHERE meeting = $1 AND municipality = ANY ($2::text[]);

-- name: of_meeting
-- Of a meeting, those that the transaction sees, by the municipalities' names.
SELECT i.municipality, i.meeting, i.account, i.name, i.email, i.role, m.name AS place, i.answer, i.reason,
       i.substitute, i.substitute_email, i.substitute_phone, i.answered_at, i.presence, i.by_substitute,
       NOT EXISTS (SELECT FROM appointment AS a
                    WHERE a.municipality = i.municipality AND a.until_at IS NULL AND a.role IN ('responsible', 'head')) AS left_alone
  FROM invitation AS i JOIN municipality AS m ON m.code = i.municipality
 WHERE i.meeting = $1 AND ($2::text[] IS NULL OR i.municipality = ANY ($2))
 ORDER BY m.sort_key, m.code;

-- name: prune_substitutes
UPDATE invitation SET substitute_email = '', substitute_phone = '' WHERE ctid = ANY (
    ARRAY (SELECT i.ctid FROM invitation AS i JOIN meeting AS m ON m.municipality = 'region' AND m.id = i.meeting
            WHERE (i.substitute_email, i.substitute_phone) <> ('', '') AND m.begins_at + m.duration * interval '1 minute' < $1
            LIMIT $2 FOR UPDATE OF i SKIP LOCKED));

-- name: coming
-- What municipalities are invited to and that is still to come, or is being held.
SELECT m.id, m.title, m.begins_at, i.municipality, i.answer
  FROM invitation AS i JOIN meeting AS m ON m.municipality = 'region' AND m.id = i.meeting
 WHERE i.municipality = ANY ($1::text[]) AND m.state = 'planned' AND m.begins_at + m.duration * interval '1 minute' > $2
 ORDER BY m.begins_at, m.id, i.municipality;
