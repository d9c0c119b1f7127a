"""Alerts: what a person is told without asking, how urgent it is, and what becomes of it."""
