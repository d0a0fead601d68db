"""The events that the services exchange: what travels over Kafka and what other systems may rely on."""
