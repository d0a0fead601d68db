-- Consultations, in person or remote. `whom` and `note` stay here: no event has them. `zone` says by which clocks the
-- day was that ends the time to correct it.
CREATE TABLE consultation (
    municipality      text        NOT NULL,
    id                uuid        NOT NULL,
    campaign          text        NOT NULL,
    organization      uuid,
    direction         text,
    theme             text        NOT NULL,
    mode              text        NOT NULL,
    level             text        NOT NULL,
    recorded_at       timestamptz NOT NULL,
    zone              text        NOT NULL,
    led_to_initiative boolean     NOT NULL,
    inquiry           uuid,
    whom              text        NOT NULL,
    note              text        NOT NULL,
    by_account        uuid        NOT NULL,
    by_name           text        NOT NULL,
    withdrawn_at      timestamptz,
    version           int         NOT NULL,
    PRIMARY KEY (municipality, id)
);
ALTER TABLE consultation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON consultation
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX consultation_of_day ON consultation (municipality, recorded_at DESC, id DESC);
-- What somebody recorded last is what their next form begins with.
CREATE INDEX consultation_of_account ON consultation (by_account, recorded_at DESC, id DESC);
