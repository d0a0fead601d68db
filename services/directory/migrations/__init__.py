"""The staff's rights as every service keeps them, numbered together with the chassis' tables."""

REGISTERED_AS = "services.chassis.migrations"
