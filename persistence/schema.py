"""The schema's version, and where the database keeps it: known without Pony, which takes a while to import."""

SCHEMA_VERSION = 8
SCHEMA_KEY = "schema.version"
STATE_TABLE = "system_state"
