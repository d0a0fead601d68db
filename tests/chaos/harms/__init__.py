"""All that is done to an installation, by name."""

from tests.chaos.harms import brokers, databases, host, processes, records, watchers

SCENARIOS = {
    **processes.SCENARIOS,
    **brokers.SCENARIOS,
    **records.SCENARIOS,
    **databases.SCENARIOS,
    **host.SCENARIOS,
    **watchers.SCENARIOS,
}
