-- Meetings of an SMO with the responsible persons of its municipalities. What all see belongs to the region: what is
-- called, the agenda, the minutes. What is one municipality's belongs to it: its invitation and its agreements.
CREATE TABLE meeting (
    municipality   text        NOT NULL CHECK (municipality = 'region'),
    id             uuid        NOT NULL,
    campaign       text        NOT NULL,
    smo            text        NOT NULL,
    series         uuid,
    title          text        NOT NULL,
    format         text        NOT NULL CHECK (format IN ('in-person', 'video', 'mixed')),
    place          text        NOT NULL,
    link           text        NOT NULL,
    begins_at      timestamptz NOT NULL,
    duration       int         NOT NULL CHECK (duration > 0),
    municipalities text[]      NOT NULL,
    state          text        NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
    reason         text        NOT NULL DEFAULT '',
    sequence       int         NOT NULL,
    version        int         NOT NULL,
    called_by      uuid        NOT NULL REFERENCES account (id),
    called_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX meeting_of_smo ON meeting (smo, begins_at, id);
CREATE INDEX meeting_of_series ON meeting (series, begins_at) WHERE series IS NOT NULL;
ALTER TABLE meeting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meeting
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- `request`: the figures were asked for; `figures`: what metrics answered, as of when.
CREATE TABLE agenda_item (
    municipality text        NOT NULL CHECK (municipality = 'region'),
    id           uuid        NOT NULL,
    meeting      uuid        NOT NULL,
    number       int         NOT NULL,
    body         text        NOT NULL,
    request      uuid,
    as_of        timestamptz,
    day          date,
    figures      jsonb,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, meeting) REFERENCES meeting (municipality, id)
);
CREATE INDEX agenda_item_of_meeting ON agenda_item (municipality, meeting, number);
CREATE UNIQUE INDEX agenda_item_of_request ON agenda_item (municipality, request) WHERE request IS NOT NULL;
ALTER TABLE agenda_item ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON agenda_item
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What was shown at a meeting does not change with the figures.
CREATE FUNCTION keep_shown_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.figures, OLD.as_of, OLD.day, OLD.request)
                            IS NOT DISTINCT FROM (NEW.figures, NEW.as_of, NEW.day, NEW.request) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the figures of an agenda never change';
END
$$;
CREATE TRIGGER shown_figures_stay BEFORE UPDATE OR DELETE ON agenda_item
    FOR EACH ROW WHEN (OLD.figures IS NOT NULL) EXECUTE FUNCTION keep_shown_figures();

CREATE TABLE meeting_minutes (
    municipality text        NOT NULL CHECK (municipality = 'region'),
    meeting      uuid        NOT NULL,
    number       int         NOT NULL,
    body         text        NOT NULL,
    written_by   uuid        NOT NULL REFERENCES account (id),
    written_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, meeting, number),
    FOREIGN KEY (municipality, meeting) REFERENCES meeting (municipality, id)
);
ALTER TABLE meeting_minutes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meeting_minutes
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Whom a municipality sends, and what it has answered. Name and address are those that the letters went to: whoever
-- is not invited any more is told so at the same address.
CREATE TABLE invitation (
    municipality     text        NOT NULL,
    meeting          uuid        NOT NULL,
    account          uuid        NOT NULL REFERENCES account (id),
    name             text        NOT NULL,
    email            text        NOT NULL,
    role             text        NOT NULL,
    answer           text        NOT NULL DEFAULT '' CHECK (answer IN ('', 'accepted', 'declined', 'substitute')),
    reason           text        NOT NULL DEFAULT '',
    substitute       text        NOT NULL DEFAULT '',
    substitute_email text        NOT NULL DEFAULT '',
    substitute_phone text        NOT NULL DEFAULT '',
    answered_by      uuid        REFERENCES account (id),
    answered_at      timestamptz,
    presence         text        NOT NULL DEFAULT '' CHECK (presence IN ('', 'in-person', 'remote', 'absent')),
    by_substitute    boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (municipality, meeting)
);
CREATE INDEX invitation_of_meeting ON invitation (meeting);
ALTER TABLE invitation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitation
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE TABLE agreement (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    meeting      uuid        NOT NULL,
    smo          text        NOT NULL,
    body         text        NOT NULL,
    due          date        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    made_at      timestamptz NOT NULL,
    settled_by   uuid        NOT NULL REFERENCES account (id),
    settled_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX agreement_of_meeting ON agreement (meeting);
CREATE INDEX agreement_of_smo ON agreement (smo, due, id);
ALTER TABLE agreement ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON agreement
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
