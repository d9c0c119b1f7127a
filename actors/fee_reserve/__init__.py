"""Keeps BNB for fees: looks after the reserve, and buys more where the configuration says so."""
