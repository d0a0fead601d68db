-- A region made up for the cabinet: every municipality, organization and working group has its people.
INSERT INTO smo (id, version, name, covers_all) VALUES ('smo', 1, 'СМО', true);
INSERT INTO municipality (code, version, name, kind, smo, oktmo_now, sort_key, search_text)
SELECT code, 1, 'Район ' || to_char(i, 'FM00000'), 'municipal_district', 'smo', code, 'район ' || to_char(i, 'FM00000'), 'район ' || to_char(i, 'FM00000')
  FROM (SELECT i, (10000000 + 1000 * i)::text AS code FROM generate_series(0, {municipalities} - 1) AS i) AS made;
INSERT INTO organization (id, version, external_id, founder, place, name, kind, headcount, closed, sort_key, search_text)
SELECT gen_random_uuid(), 1, i::text, code, code, 'Школа № ' || i, 'школа', 40, false, 'школа № ' || to_char(i, 'FM00000'),
       'школа № ' || i
  FROM (SELECT i, (10000000 + 1000 * (i % {municipalities}))::text AS code
          FROM generate_series(0, {organizations} - 1) AS i) AS made;
INSERT INTO act (municipality, id, number, day, entered_at)
SELECT code, gen_random_uuid(), '1', now()::date, now() FROM municipality;
INSERT INTO working_group (municipality, id, campaign, name, covers_all, act, formed_at, version)
SELECT act.municipality, gen_random_uuid(), campaign.id, 'Группа ' || i, false, act.id, now(), 1
  FROM act, campaign, generate_series(1, {groups}) AS i;
INSERT INTO group_direction (municipality, campaign, direction, working_group)
SELECT g.municipality, g.campaign, d.direction ->> 'code', g.id
  FROM campaign, jsonb_array_elements(campaign.directions) WITH ORDINALITY AS d (direction, n)
  JOIN working_group AS g ON g.name = 'Группа ' || (1 + d.n % {groups});
INSERT INTO group_organization (municipality, campaign, organization, working_group)
SELECT g.municipality, g.campaign, o.id, g.id
  FROM organization AS o
  JOIN working_group AS g ON g.municipality = o.founder AND g.name = 'Группа ' || (1 + o.external_id::int % {groups});
CREATE TEMPORARY TABLE wanted AS
SELECT row_number() OVER () AS n, role, municipality, scope_of FROM (
    SELECT 'head' AS role, code AS municipality, code AS scope_of FROM municipality WHERE code <> '{first}'
    UNION ALL SELECT 'responsible', code, code FROM municipality
    UNION ALL SELECT 'leader', municipality, id::text FROM working_group
    UNION ALL SELECT 'coordinator', founder, id::text FROM organization
    UNION ALL SELECT 'stand-in', founder, id::text FROM organization, generate_series(1, 2)
) AS all_of_them LIMIT {people};
CREATE TEMPORARY TABLE person AS
SELECT n, gen_random_uuid() AS id FROM generate_series(1, {people}) AS n;
INSERT INTO account (id, email, name, password, created_at)
SELECT id, n || '@example.org', 'Работников Номер ' || n, CASE WHEN n % 5 > 0 THEN 'argon2' END, now() FROM person;
INSERT INTO appointment (municipality, id, role, scope_of, account, name, act, from_at, version)
SELECT w.municipality, gen_random_uuid(), w.role, w.scope_of, p.id, 'Работников Номер ' || w.n, act.id, now(), 1
  FROM wanted AS w JOIN person AS p USING (n) JOIN act ON act.municipality = w.municipality;
