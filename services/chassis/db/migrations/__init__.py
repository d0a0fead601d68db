"""The chassis' own tables, present in every service's database."""

REGISTERED_AS = "services.chassis.migrations"
