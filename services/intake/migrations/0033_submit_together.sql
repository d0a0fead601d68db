-- Chooses whose rows the transaction sees, and prepares a batch: what it needs to know of its authors, and a number for
-- each of its initiatives. An author's place is missing who is not registered.
CREATE FUNCTION prepare_together(seen text, municipalities text[], participants uuid[])
RETURNS TABLE (nth bigint, classifiers jsonb, number bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    -- A statement of its own: row security of the next one asks for it.
    PERFORM set_config('app.municipalities', seen, true);
    -- FOR KEY SHARE: whoever erases an author waits for what is being submitted, and nothing is submitted afterwards.
    RETURN QUERY
    SELECT t.nth, p.classifiers, nextval('initiative_number')
      FROM unnest(municipalities, participants) WITH ORDINALITY AS t (municipality, participant_id, nth)
      JOIN participant AS p ON p.municipality = t.municipality AND p.id = t.participant_id
                           AND p.registered_at IS NOT NULL AND p.erased_at IS NULL
     ORDER BY t.nth
       FOR KEY SHARE OF p;
END
$$;

-- Stores the initiatives of a batch, each with the beginning of its history and the event that tells of it, but for
-- those that repeat an earlier request. Returns the places, counted from 1, of those that are stored.
CREATE FUNCTION submit_together(
    municipalities text[], ids uuid[], numbers bigint[], campaigns text[], participants uuid[], organizations uuid[],
    directions text[], of_classifiers jsonb[], titles text[], texts text[], statuses text[], moments timestamptz[],
    versions int[],
    -- By what a repeat of each is known, null where by nothing, and what it is answered.
    k_scopes text[], k_keys text[], k_fingerprints bytea[], k_status smallint, k_bodies text[],
    -- Their events.
    e_ids uuid[], e_topics text[], e_partitions smallint[], e_types text[], e_subjects text[], e_keys text[],
    e_moments timestamptz[], e_correlation_ids text[], e_bodies text[]
) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    stored bigint[] := idempotency_take(k_scopes, k_keys, k_fingerprints, k_status, k_bodies);
BEGIN
    WITH initiative AS (
        INSERT INTO initiative (municipality, id, number, campaign, participant_id, organization, direction,
                                classifiers, title, text, status, submitted_at, version)
        SELECT municipality, id, number, campaign, participant_id, organization, direction,
               classifiers, title, text, status, submitted_at, version
          FROM unnest(municipalities, ids, numbers, campaigns, participants, organizations, directions, of_classifiers,
                      titles, texts, statuses, moments, versions)
               WITH ORDINALITY AS t (municipality, id, number, campaign, participant_id, organization, direction,
                                     classifiers, title, text, status, submitted_at, version, nth)
         WHERE nth = ANY (stored)
        RETURNING municipality, id, participant_id, version, status, submitted_at
    ), acceptance AS (
        INSERT INTO acceptance (municipality, participant_id, initiative_id, accepted_at)
        SELECT municipality, participant_id, id, now() FROM initiative
    )
    INSERT INTO initiative_history (municipality, initiative_id, version, status, happened_at)
    SELECT municipality, id, version, status, submitted_at FROM initiative;

    PERFORM outbox_append(e_ids, e_topics, e_partitions, e_types, e_subjects, e_keys, e_moments, e_correlation_ids,
                          e_bodies, stored);
    RETURN stored;
END
$$;
