-- Initiatives whose texts everybody may read, where their campaign says so, as everybody is told of them: a decision that
-- may still be taken back is no news yet. Kept by the worker. Holds no text and nothing of an author: the text is read
-- where it lies. `words`: what it is found by, while it is open; `status`: as it is told; `version`: the initiative's that
-- this was told by; `look_at`: when a decision on it will stand; `gone_as`: why it is open no longer.
CREATE TABLE open_text (
    initiative_id uuid        PRIMARY KEY,
    place         text        NOT NULL,
    campaign      text        NOT NULL,
    number        bigint      NOT NULL,
    direction     text        NOT NULL,
    status        text        NOT NULL,
    version       int         NOT NULL,
    published_at  timestamptz,
    changed_at    timestamptz,
    gone_at       timestamptz,
    gone_as       text        NOT NULL DEFAULT '',
    merged_into   uuid,
    look_at       timestamptz,
    words         tsvector
);
CREATE INDEX open_text_numbered ON open_text (number);
CREATE INDEX open_text_newest ON open_text (campaign, published_at DESC, number DESC)
    WHERE published_at IS NOT NULL AND gone_at IS NULL;
CREATE INDEX open_text_of_place ON open_text (campaign, place, published_at DESC, number DESC)
    WHERE published_at IS NOT NULL AND gone_at IS NULL;
CREATE INDEX open_text_changed ON open_text (campaign, changed_at DESC, number DESC) WHERE published_at IS NOT NULL;
CREATE INDEX open_text_words ON open_text USING gin (words);
