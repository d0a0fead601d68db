-- The regulation by version, of the region or as a Head adapts it by an act; only ever added to. In force is the highest number
-- whose day has come. `set_by`: nobody where the program itself has set it, with the first campaign or for another time zone.
CREATE TABLE regulation (
    municipality text        NOT NULL,
    number       int         NOT NULL CHECK (number > 0),
    from_day     date        NOT NULL,
    time_zone    text        NOT NULL,
    week         jsonb       NOT NULL CHECK (jsonb_array_length(week) = 7),
    minutes      jsonb       NOT NULL,
    act_number   text,
    act_day      date,
    set_by       uuid        REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    set_at       timestamptz NOT NULL,
    PRIMARY KEY (municipality, number),
    CHECK ((municipality = 'region') = (act_number IS NULL)),
    CHECK ((act_number IS NULL) = (act_day IS NULL))
);
ALTER TABLE regulation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON regulation
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE TRIGGER regulation_stays BEFORE UPDATE OR DELETE ON regulation FOR EACH ROW EXECUTE FUNCTION refuse_change();
