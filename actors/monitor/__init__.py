"""The Monitor: collects reports, answers for the status of the service."""
