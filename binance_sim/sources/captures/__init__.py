"""Readers of recorded market data, one module for what belongs together."""
