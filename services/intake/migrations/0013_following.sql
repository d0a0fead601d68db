-- What a returned initiative said before its author wrote it anew; `version` is the initiative's that replaced it.
CREATE TABLE wording (
    municipality  text        NOT NULL,
    initiative_id uuid        NOT NULL,
    version       int         NOT NULL,
    title         text        NOT NULL,
    text          text        NOT NULL,
    replaced_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, initiative_id, version)
);
ALTER TABLE wording ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON wording USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Which letters about their initiatives participants want: all, results or none.
ALTER TABLE participant ADD COLUMN letters text NOT NULL DEFAULT 'all';

-- When a draft was saved first: one that was begun in time may be submitted a little later.
ALTER TABLE draft ADD COLUMN begun_at timestamptz;
UPDATE draft SET begun_at = saved_at;

-- How far the authors of a campaign that is over were told what became of their initiatives: up to which of them, by
-- tenant and id, and how many letters that were. One row a campaign; holds no personal data.
CREATE TABLE outcome_run (
    campaign          text        PRIMARY KEY,
    after_tenant      text        NOT NULL DEFAULT '',
    after_participant uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    told              int         NOT NULL DEFAULT 0,
    begun_at          timestamptz NOT NULL,
    finished_at       timestamptz
);
