-- What changed is found without a look at the texts. `rule`: the states that the campaign opened when it was judged.
ALTER TABLE open_text ADD COLUMN rule text NOT NULL DEFAULT '';
CREATE INDEX initiative_followed ON initiative (campaign, municipality, id) INCLUDE (version, status);
