-- Names, and addresses that stand elsewhere than with their participants, sealed as those are.
ALTER TABLE staff_meeting_person
    ALTER COLUMN name  TYPE sealed_text USING ROW('', convert_to(name, 'UTF8'))::sealed_text,
    ALTER COLUMN email TYPE sealed_text
          USING CASE WHEN email IS NOT NULL THEN ROW('', convert_to(email, 'UTF8'))::sealed_text END;

ALTER TABLE staff_meeting_grid
    ALTER COLUMN authors TYPE sealed_text
          USING CASE WHEN authors IS NOT NULL THEN ROW('', convert_to(authors, 'UTF8'))::sealed_text END;

ALTER TABLE help_request
    ALTER COLUMN executor_name TYPE sealed_text
          USING CASE WHEN executor_name IS NOT NULL THEN ROW('', convert_to(executor_name, 'UTF8'))::sealed_text END,
    ALTER COLUMN executor_email TYPE sealed_text
          USING CASE WHEN executor_email IS NOT NULL THEN ROW('', convert_to(executor_email, 'UTF8'))::sealed_text END;

ALTER TABLE help_suggestion
    ALTER COLUMN name TYPE sealed_text USING ROW('', convert_to(name, 'UTF8'))::sealed_text;
