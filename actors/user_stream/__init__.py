"""The account's stream of order and balance events."""
