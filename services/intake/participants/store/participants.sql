-- name: enter_directory
INSERT INTO participant_directory (campaign, email_digest, participant_id, tenant)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING participant_id, tenant;

-- name: find_by_address
-- Under the first of the forms that is known.
SELECT participant_id, tenant FROM participant_directory
 WHERE campaign = $1 AND email_digest = ANY ($2::bytea[])
 ORDER BY array_position($2::bytea[], email_digest) LIMIT 1;

-- name: find_by_id
SELECT participant_id, tenant FROM participant_directory WHERE participant_id = $1;

-- name: move_entry
UPDATE participant_directory SET tenant = $2 WHERE participant_id = $1;

-- name: insert
INSERT INTO participant (municipality, id, campaign, organization, classifiers, email, consent_version, consented_at,
                         registered_at, version, name, registered_how, entered_by, consent_kind, consent_day,
                         consent_number)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: remove
DELETE FROM participant WHERE id = $1 AND registered_at IS NULL;

-- name: lock
-- Nobody who was erased.
SELECT municipality, id, campaign, organization, classifiers, email, consent_version, consented_at, registered_at, version,
       name, registered_how, entered_by, consent_kind, consent_day, consent_number, confirmed_at, merged_into
  FROM participant
 WHERE municipality = $1 AND id = $2 AND erased_at IS NULL
   FOR UPDATE;

-- name: hold
-- FOR KEY SHARE: whoever erases the participant waits, or has been here before.
SELECT true FROM participant
 WHERE municipality = $1 AND id = $2 AND registered_at IS NOT NULL AND erased_at IS NULL
   FOR KEY SHARE;

-- name: present
SELECT municipality, id, campaign, organization, classifiers, email, consent_version, consented_at, registered_at, version,
       name, registered_how, entered_by, consent_kind, consent_day, consent_number, confirmed_at, merged_into
  FROM participant
 WHERE municipality = $1 AND id = $2 AND registered_at IS NOT NULL AND erased_at IS NULL;

-- name: save_corrected
UPDATE participant SET organization = $3, classifiers = $4::jsonb, version = $5 WHERE municipality = $1 AND id = $2;

-- name: leave_directory
DELETE FROM participant_directory WHERE participant_id = $1;

-- name: lock_registered
-- FOR UPDATE: waits for what the participant is submitting, and keeps out what would come next.
SELECT erased_at FROM participant WHERE municipality = $1 AND id = $2 AND registered_at IS NOT NULL FOR UPDATE;

-- name: erase
UPDATE participant
   SET email = NULL, name = NULL, consent_kind = NULL, consent_day = NULL, consent_number = NULL, erased_at = $3
 WHERE municipality = $1 AND id = $2;

-- name: organization_of
SELECT organization FROM participant WHERE municipality = $1 AND id = $2;

-- name: save_registered
UPDATE participant SET registered_at = $3, version = $4, confirmed_at = $5 WHERE municipality = $1 AND id = $2;

-- name: registered_of
SELECT municipality, id, campaign, organization, classifiers, email, consent_version, consented_at, registered_at, version,
       name, registered_how, entered_by, consent_kind, consent_day, consent_number, confirmed_at, merged_into
  FROM participant
 WHERE municipality = ANY ($1::text[]) AND registered_at IS NOT NULL
 ORDER BY municipality, id;

-- name: wrapped
-- Those that were never sealed: since there are keys, an address is stored in its normal form.
SELECT campaign, id, email FROM participant
 WHERE (email).key = '' AND convert_from((email).body, 'UTF8') ~ '[<>,;]|^mailto:'
 ORDER BY id;

-- name: rename
-- Nothing is returned if the address is another participant's.
UPDATE participant_directory AS d SET email_digest = $3
 WHERE d.participant_id = $2
   AND NOT EXISTS (SELECT FROM participant_directory AS o WHERE o.campaign = $1 AND o.email_digest = $3)
RETURNING true;

-- name: set_email
UPDATE participant SET email = $2 WHERE id = $1;

-- name: tenants
SELECT DISTINCT tenant FROM participant_directory;

-- name: forget_code
DELETE FROM confirmation_code WHERE participant_id = $1;

-- name: letters_of
SELECT letters FROM participant WHERE municipality = $1 AND id = $2 AND registered_at IS NOT NULL AND erased_at IS NULL;

-- name: choose_letters
UPDATE participant SET letters = $3
 WHERE municipality = $1 AND id = $2 AND registered_at IS NOT NULL AND erased_at IS NULL
RETURNING true;

-- name: addressees
-- Of the letters about initiatives. FOR SHARE: whoever is erased meanwhile waits, and then takes the letter back. In
-- one order, so that two bundles cannot deadlock. By the directory: an initiative may be in another municipality than
-- its author.
SELECT p.id, p.email, p.letters
  FROM participant_directory AS d JOIN participant AS p ON p.municipality = d.tenant AND p.id = d.participant_id
 WHERE d.participant_id = ANY ($1::uuid[]) AND p.letters = ANY ($2::text[])
 ORDER BY p.id
   FOR SHARE OF p;
