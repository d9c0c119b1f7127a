"""JSON answers, by what they are about."""
