-- without transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS idempotency_key_by_age ON idempotency_key (used_at);
