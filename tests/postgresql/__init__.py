"""A real PostgreSQL server for tests, which they start themselves."""
