"""Faults of a database, for real: what the Ledger says, what becomes of the records, and that none is lost."""
