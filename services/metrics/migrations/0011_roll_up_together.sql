-- What a poll brings of several streams of a topic, in one statement: the marks, the facts, the counters. Whatever
-- is not as the caller saw it (a mark, a fact that is known or of another version) raises, and nothing is kept.
-- Returns what the changed days, and the changed cells of initiatives' lives, come to now.
CREATE FUNCTION roll_up_together(
    of_reader text, of_topic text,
    partitions smallint[], epochs int[], marks bigint[], chains text[],
    to_marks bigint[], to_chains text[], to_offsets bigint[], to_watermarks timestamptz[],
    -- Facts; `f_standing` is the version that stands, 0 where nothing was known.
    f_partitions smallint[], f_standing int[], f_counters text[], f_ids uuid[], f_versions int[],
    f_campaigns text[], f_municipalities text[], f_organizations uuid[], f_directions text[],
    f_classifiers jsonb[], f_happened_at timestamptz[], f_hours text[], f_statuses text[], f_origins text[],
    f_decided_by text[], f_in_time boolean[], f_left boolean[], f_participants uuid[],
    -- Changes of counters, sorted by key.
    c_partitions smallint[], c_campaigns text[], c_municipalities text[], c_families text[], c_keys text[],
    c_counters text[], c_changes bigint[],
    life_families text[]
) RETURNS TABLE (campaign text, municipality text, family text, key text, counter text, n bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted int := cardinality(f_standing) - cardinality(array_positions(f_standing, 0));
    replaced int;
BEGIN
    PERFORM inbox_move(of_reader, of_topic, partitions, epochs, marks, chains,
                       to_marks, to_chains, to_offsets, to_watermarks);

    IF wanted < cardinality(f_standing) THEN
        INSERT INTO fact (topic, partition, counter, id, version, campaign, municipality, organization, direction,
                          classifiers, happened_at, hour, status, origin, decided_by, in_time, has_left, participant)
        SELECT of_topic, partition, counter, id, version, campaign, municipality, organization, direction,
               classifiers, happened_at, hour, status, origin, decided_by, in_time, has_left, participant
          FROM unnest(f_partitions, f_standing, f_counters, f_ids, f_versions, f_campaigns, f_municipalities,
                      f_organizations, f_directions, f_classifiers, f_happened_at, f_hours, f_statuses, f_origins,
                      f_decided_by, f_in_time, f_left, f_participants)
               AS t (partition, standing, counter, id, version, campaign, municipality, organization, direction,
                     classifiers, happened_at, hour, status, origin, decided_by, in_time, has_left, participant)
         WHERE standing = 0;
    END IF;

    IF wanted > 0 THEN
        UPDATE fact
           SET version = t.version, campaign = t.campaign, organization = t.organization, direction = t.direction,
               classifiers = t.classifiers, happened_at = t.happened_at, hour = t.hour, status = t.status,
               origin = t.origin, decided_by = t.decided_by, in_time = t.in_time, has_left = t.has_left,
               participant = t.participant
          FROM unnest(f_standing, f_counters, f_ids, f_versions, f_campaigns, f_municipalities, f_organizations,
                      f_directions, f_classifiers, f_happened_at, f_hours, f_statuses, f_origins, f_decided_by,
                      f_in_time, f_left, f_participants)
               AS t (standing, counter, id, version, campaign, municipality, organization, direction, classifiers,
                     happened_at, hour, status, origin, decided_by, in_time, has_left, participant)
         WHERE (fact.municipality, fact.counter, fact.id) = (t.municipality, t.counter, t.id)
           AND fact.version = t.standing;
        GET DIAGNOSTICS replaced = ROW_COUNT;
        IF replaced <> wanted THEN
            RAISE EXCEPTION 'a fact is not of the version that was seen' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;

    INSERT INTO counter (topic, partition, campaign, municipality, family, key, counter, n)
    SELECT of_topic, t.*
      FROM unnest(c_partitions, c_campaigns, c_municipalities, c_families, c_keys, c_counters, c_changes)
           AS t (partition, campaign, municipality, family, key, counter, change)
     WHERE change > 0
    ON CONFLICT (municipality, campaign, family, key, counter) DO UPDATE SET n = counter.n + excluded.n;

    IF 0 > ANY (c_changes) THEN
        -- An update: an insert would trip over CHECK (n >= 0) before it could meet the row that stands.
        UPDATE counter AS c SET n = c.n + t.change
          FROM unnest(c_campaigns, c_municipalities, c_families, c_keys, c_counters, c_changes)
               AS t (campaign, municipality, family, key, counter, change)
         WHERE (c.municipality, c.campaign, c.family, c.key, c.counter)
             = (t.municipality, t.campaign, t.family, t.key, t.counter) AND t.change < 0;
    END IF;

    RETURN QUERY
    SELECT t.campaign, t.municipality, 'hour', t.day, c.counter, sum(c.n)::bigint
      FROM (SELECT DISTINCT campaign, municipality, left(key, 10) AS day
              FROM unnest(c_campaigns, c_municipalities, c_families, c_keys)
                   AS t (campaign, municipality, family, key)
             WHERE family = 'hour') AS t
      JOIN counter AS c ON c.municipality = t.municipality AND c.campaign = t.campaign AND c.family = 'hour'
                       AND c.key >= t.day || 'T' AND c.key < t.day || 'U' AND c.topic = of_topic
     GROUP BY t.campaign, t.municipality, t.day, c.counter
    UNION ALL
    SELECT c.campaign, c.municipality, c.family, c.key, c.counter, c.n
      FROM unnest(c_campaigns, c_municipalities, c_families, c_keys, c_counters)
           AS t (campaign, municipality, family, key, counter)
      JOIN counter AS c USING (municipality, campaign, family, key, counter)
     WHERE t.family = ANY (life_families);
END
$$;
