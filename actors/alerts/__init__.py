"""Tells people what is wrong, by channels that may hang without a consequence, and the outside that all is well."""
