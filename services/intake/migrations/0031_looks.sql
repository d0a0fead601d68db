-- In which role somebody did what the audit says: whoever is looked at is told that much, and no name. Lines of before
-- do not say it.
ALTER TABLE audit ADD COLUMN role text;
CREATE INDEX audit_of_place ON audit (municipality, id);
CREATE INDEX audit_of_person ON audit (subject, id) WHERE action = 'person-seen';

-- Names of those of the staff whom the audit names, as their tokens said it last.
CREATE TABLE colleague (
    account  uuid        PRIMARY KEY,
    name     sealed_text NOT NULL,
    noted_at timestamptz NOT NULL
);
