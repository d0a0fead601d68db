-- The hotline's lines, inquiries and consultations as their last events told them, beside the facts of initiatives:
-- these keep their table, their indexes and their statements. `content`: what only this kind has; no organization.
CREATE TABLE figures.case_fact (
    municipality text     NOT NULL,
    kind         text     NOT NULL,
    id           uuid     NOT NULL,
    version      int      NOT NULL,
    campaign     text     NOT NULL,
    content      jsonb    NOT NULL,
    topic        text     NOT NULL,
    partition    smallint NOT NULL,
    PRIMARY KEY (municipality, kind, id)
);
CREATE INDEX case_fact_of_stream ON figures.case_fact (topic, partition);
CREATE INDEX case_fact_of_line ON figures.case_fact (municipality) WHERE kind = 'line';
CREATE TABLE spare.case_fact (LIKE figures.case_fact INCLUDING ALL);

ALTER TABLE figures.case_fact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE spare.case_fact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON figures.case_fact USING (tenant_visible(municipality));
CREATE POLICY tenant ON spare.case_fact USING (tenant_visible(municipality));

-- Its counters stand among the others, in families of their own.
CREATE INDEX counter_of_hotline ON figures.counter (campaign, municipality) WHERE family LIKE 'hotline:%';
CREATE INDEX counter_of_hotline ON spare.counter (campaign, municipality) WHERE family LIKE 'hotline:%';
