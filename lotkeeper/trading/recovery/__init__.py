"""Comparing what is believed with what the exchange says."""
