-- Two table sets of the same shape: `figures` serves, `spare` is where a rebuild counts anew.
CREATE SCHEMA figures;
CREATE SCHEMA spare;
GRANT USAGE ON SCHEMA figures, spare TO metrics_web, metrics_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA figures GRANT SELECT ON TABLES TO metrics_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA figures GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO metrics_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA spare GRANT SELECT ON TABLES TO metrics_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA spare GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO metrics_worker;

-- The projection: every counted aggregate as its last event told it.
CREATE TABLE figures.fact (
    topic        text        NOT NULL,
    partition    smallint    NOT NULL,
    counter      text        NOT NULL,
    id           uuid        NOT NULL,
    version      int         NOT NULL,
    campaign     text        NOT NULL,
    municipality text        NOT NULL,
    organization uuid,
    direction    text,
    classifiers  jsonb       NOT NULL,
    happened_at  timestamptz NOT NULL,
    hour         text        NOT NULL,
    PRIMARY KEY (municipality, counter, id)
);
CREATE INDEX fact_of_stream ON figures.fact (topic, partition);
CREATE INDEX fact_latest ON figures.fact (campaign, happened_at DESC);

-- Counters stop at the municipality; sums above it are made at reading. No row is shared by two streams.
CREATE TABLE figures.counter (
    campaign     text     NOT NULL,
    municipality text     NOT NULL,
    family       text     NOT NULL,
    key          text     NOT NULL,
    counter      text     NOT NULL,
    n            bigint   NOT NULL CHECK (n >= 0),
    topic        text     NOT NULL,
    partition    smallint NOT NULL,
    PRIMARY KEY (municipality, campaign, family, key, counter)
) WITH (fillfactor = 80);
CREATE INDEX counter_of_stream ON figures.counter (topic, partition);
CREATE INDEX counter_of_hour ON figures.counter (campaign, key) WHERE family = 'hour';

CREATE TABLE spare.fact (LIKE figures.fact INCLUDING ALL);
CREATE TABLE spare.counter (LIKE figures.counter INCLUDING ALL);

ALTER TABLE figures.fact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE figures.counter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE spare.fact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE spare.counter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON figures.fact USING (tenant_visible(municipality));
CREATE POLICY tenant ON figures.counter USING (tenant_visible(municipality));
CREATE POLICY tenant ON spare.fact USING (tenant_visible(municipality));
CREATE POLICY tenant ON spare.counter USING (tenant_visible(municipality));
