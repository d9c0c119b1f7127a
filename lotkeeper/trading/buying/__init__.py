"""Purchases that a person asks for."""
