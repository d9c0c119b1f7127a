"""Pony entities, the store and its migrations."""
