-- Up to which moment a stream is complete: as its relay has stated it, and as a reader has applied that.
ALTER TABLE outbox_stream ADD COLUMN watermark timestamptz;
ALTER TABLE inbox ADD COLUMN watermark timestamptz;
