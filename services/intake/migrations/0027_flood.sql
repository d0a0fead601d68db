-- How fast letters with codes leave for one network: until when what it has asked for fills its allowance. Networks and
-- addresses are keyed digests. Both are forgotten with their time.
CREATE TABLE letter_pace (
    network bytea       PRIMARY KEY,
    full_at timestamptz NOT NULL
);
CREATE INDEX letter_pace_past ON letter_pace (full_at);

-- Codes that wait for the turn of the network from which they were asked for; without a participant: asked for by an
-- address that nobody has, which must look alike.
CREATE TABLE code_wait (
    network        bytea       NOT NULL,
    address        bytea       NOT NULL,
    participant_id uuid,
    release_at     timestamptz NOT NULL,
    PRIMARY KEY (network, address)
);
CREATE INDEX code_wait_due ON code_wait (release_at);

-- Passes of the flood guard that were used, and by which request: its repeat may use it again.
CREATE TABLE used_pass (
    token      bytea       PRIMARY KEY,
    used_by    bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_pass_past ON used_pass (expires_at);
