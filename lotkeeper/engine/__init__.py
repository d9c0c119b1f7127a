"""Thespian made fit: system base, start and attach, supervision, test kit. Knows nothing of trading."""
