-- Moves a reader's marks in several streams of a topic, compare-and-set: only from the epoch, mark and chain that
-- were seen, all of them or none. Called within the statement that applies what moves them.
CREATE FUNCTION inbox_move(
    of_reader text, of_topic text,
    partitions smallint[], epochs int[], marks bigint[], chains text[],
    to_marks bigint[], to_chains text[], to_offsets bigint[], to_watermarks timestamptz[]
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    moved int;
BEGIN
    -- Whoever holds the rows applies; sorted, so that two cannot deadlock.
    PERFORM FROM inbox WHERE reader = of_reader AND topic = of_topic AND partition = ANY (partitions)
      ORDER BY partition FOR UPDATE;
    UPDATE inbox AS i
       SET mark = t.to_mark, chain = t.to_chain, next_offset = t.to_offset,
           applied = i.applied + t.to_mark - t.mark, watermark = greatest(i.watermark, t.to_watermark)
      FROM unnest(partitions, epochs, marks, chains, to_marks, to_chains, to_offsets, to_watermarks)
           AS t (partition, epoch, mark, chain, to_mark, to_chain, to_offset, to_watermark)
     WHERE i.reader = of_reader AND i.topic = of_topic AND i.partition = t.partition
       AND i.epoch = t.epoch AND i.mark = t.mark AND i.chain = t.chain;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> cardinality(partitions) THEN
        RAISE EXCEPTION 'a mark is not where it was seen' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;
