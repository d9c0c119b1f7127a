"""The journal: every request, reply and event, and what the exchange did."""
