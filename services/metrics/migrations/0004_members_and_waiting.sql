-- Since when a municipality is known to be of an SMO: a day is judged by the one at its end, and whoever was not
-- there yet has no result of it. `since`: the last watermark before it was told; null: it was so ever since.
CREATE TABLE member (
    municipality text        NOT NULL,
    nth          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    smo          text        NOT NULL,
    version      int         NOT NULL,
    since        timestamptz,
    PRIMARY KEY (municipality, nth)
);

-- Up to when the structure has been read: the region's, one row. It outlives an epoch, which begins without one.
CREATE TABLE structure_read (
    municipality text        NOT NULL PRIMARY KEY,
    reached      timestamptz NOT NULL
);

-- Of those that are known already nothing can be said, and nothing has to be.
INSERT INTO member (municipality, smo, version)
SELECT data::jsonb ->> 'code', coalesce(data::jsonb ->> 'smo', ''), version
  FROM mirror WHERE type = 'dialogue.municipality.defined.v1';
INSERT INTO structure_read (municipality, reached)
SELECT 'region', max(watermark) FROM inbox WHERE reader = 'metrics.structure' HAVING max(watermark) IS NOT NULL;

ALTER TABLE member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE structure_read ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON member USING (tenant_visible(municipality));
CREATE POLICY tenant ON structure_read USING (tenant_visible(municipality));
REVOKE INSERT, UPDATE, DELETE ON member, structure_read FROM metrics_web;

-- For which streams (`topic/partition`) a result waits, as pages say it.
ALTER TABLE checkpoint_waiting ADD COLUMN streams text[] NOT NULL DEFAULT '{}';
