"""Numbered streams over Kafka: outbox and relay, inbox and reading, the log's tail."""
