"""Faults of connections during trading: how long until all is proven again, and how long a BUY waits for its SELL."""
