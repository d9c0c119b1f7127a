"""Thespian made fit for work that may not be lost: system base, start and attach, actors, supervision, test kit.

Knows nothing of trading and imports nothing of the rest of the project.
"""
