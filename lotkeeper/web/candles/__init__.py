"""Candles of the exchange for the charts: asked by the HTTP server itself, seldom, and within a budget of its own."""
