"""The Ledger: the only writer of the database."""
