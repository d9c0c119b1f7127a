"""The record of everything that came and went, and of what the exchange itself did."""
