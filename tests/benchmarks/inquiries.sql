-- What accepting an inquiry by the form writes.
BEGIN;
SELECT set_config('app.municipalities', '13603000', true);
INSERT INTO idempotency_key (scope, key, fingerprint, status, body)
VALUES ('bench', gen_random_uuid()::text, '\x00', 201, repeat('a', 250));
WITH one AS (
    INSERT INTO inquiry (municipality, id, number, campaign, theme, channel, status, level, regulation_of, regulation,
                         zone, first_answer_due_at, answer_due_at, opened_at, subject, email, version)
    VALUES ('13603000', gen_random_uuid(), nextval('inquiry_number'), 'marafon-demo', 'other', 'web', 'new', 'hotline',
            'region', 1, 'Europe/Moscow', now() + '4 hours', now() + '3 days', now(), repeat('б', 80),
            gen_random_uuid() || '@example.org', 1)
    RETURNING municipality, id, opened_at, first_answer_due_at, answer_due_at),
level AS (
    INSERT INTO inquiry_level (municipality, inquiry_id, nth, level, since, why)
    SELECT municipality, id, 1, 'hotline', opened_at, 'opened' FROM one),
clock AS (
    INSERT INTO inquiry_clock (municipality, inquiry_id, step, minutes, began_at, warns_at, due_at, next_at,
                               regulation_of, regulation, zone)
    SELECT municipality, id, step, 240, opened_at, due, due, due, 'region', 1, 'Europe/Moscow'
      FROM one, LATERAL (VALUES ('first-answer', first_answer_due_at), ('final-answer', answer_due_at)) AS c (step, due))
INSERT INTO inquiry_entry (municipality, inquiry_id, nth, id, kind, at, text)
SELECT municipality, id, 1, gen_random_uuid(), 'asked', opened_at, repeat('в', 240) FROM one;
INSERT INTO letter (id, recipient, subject, body, kind, written_at, next_try_at)
VALUES (gen_random_uuid(), 'bench@example.org', 'bench', repeat('г', 600), 'bench', now(), 'infinity');
WITH one AS (
    INSERT INTO outbox (event_id, topic, partition, type, subject, partition_key, happened_at, data)
    VALUES (gen_random_uuid(), 'bench', 0, 'bench', 'bench', '13603000', now(), repeat('c', 700))
    RETURNING topic, partition, id)
INSERT INTO outbox_pending (topic, partition, outbox_id) SELECT topic, partition, id FROM one;
COMMIT;
