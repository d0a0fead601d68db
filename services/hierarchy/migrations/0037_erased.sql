-- When the words of orders, questions and summaries were erased, long after their campaign. Who had them, when, and how it went stays:
-- that is counted, and told again to whoever counts anew.
ALTER TABLE work_order ADD COLUMN erased_at timestamptz;
ALTER TABLE question ADD COLUMN erased_at timestamptz;
ALTER TABLE report ADD COLUMN erased_at timestamptz;

-- By which the worker sees at once that there is nothing to erase.
CREATE INDEX work_order_unerased ON work_order (campaign) WHERE erased_at IS NULL;
CREATE INDEX question_unerased ON question (campaign) WHERE erased_at IS NULL;
CREATE INDEX report_unerased ON report (campaign) WHERE erased_at IS NULL;
CREATE INDEX message_by_time ON message (sent_at);

-- What was sent stays as it was sent, as long as its summary is read.
CREATE FUNCTION refuse_unerased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM report AS r WHERE r.municipality = OLD.municipality AND r.id = OLD.report AND r.erased_at IS NOT NULL) THEN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER report_sent_stays ON report_sent;
CREATE TRIGGER report_sent_stays BEFORE UPDATE ON report_sent FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER report_sent_kept BEFORE DELETE ON report_sent FOR EACH ROW EXECUTE FUNCTION refuse_unerased();
