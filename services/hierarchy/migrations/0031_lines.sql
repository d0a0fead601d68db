-- The hotlines as their service tells of them: whose, for which settlements beside, and when somebody answers. Numbers and
-- addresses stay there. `partition`: of the stream, whose new epoch tells all of it again.
CREATE TABLE hotline_line (
    municipality text     NOT NULL,
    id           uuid     NOT NULL,
    serves       text[]   NOT NULL,
    week         jsonb    NOT NULL,
    closed       boolean  NOT NULL,
    version      int      NOT NULL,
    partition    smallint NOT NULL,
    PRIMARY KEY (municipality)
);
ALTER TABLE hotline_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON hotline_line
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
-- A line is published: whoever shares one asks for it without seeing its municipality's rows.
CREATE POLICY everybody_reads ON hotline_line FOR SELECT USING (true);

-- Until it is counted anew nothing is said to be missing.
ALTER TABLE coverage ADD COLUMN line boolean NOT NULL DEFAULT true;
