-- Addresses and letters, sealed by keys that stand outside the database (decision 28). `key`: the name of the one that
-- sealed; '' where nothing has yet and `body` is the text as it was: the worker seals those. Nobody who was erased has
-- an address.
CREATE TYPE sealed_text AS (key text, body bytea);

ALTER TABLE participant
    ALTER COLUMN email DROP NOT NULL,
    ALTER COLUMN email TYPE sealed_text
          USING CASE WHEN email <> '' THEN ROW('', convert_to(email, 'UTF8'))::sealed_text END;

ALTER TABLE co_author
    ALTER COLUMN email DROP NOT NULL,
    ALTER COLUMN email TYPE sealed_text
          USING CASE WHEN email <> '' THEN ROW('', convert_to(email, 'UTF8'))::sealed_text END;

-- What a letter says as well: codes, links that sign in, what was written and decided.
ALTER TABLE letter
    ALTER COLUMN recipient TYPE sealed_text USING ROW('', convert_to(recipient, 'UTF8'))::sealed_text,
    ALTER COLUMN subject   TYPE sealed_text USING ROW('', convert_to(subject, 'UTF8'))::sealed_text,
    ALTER COLUMN body      TYPE sealed_text USING ROW('', convert_to(body, 'UTF8'))::sealed_text;
