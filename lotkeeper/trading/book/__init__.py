"""The lots and orders of one pair."""
