"""Thespian itself, made fit: the system base, its admin and managers, and the life and death of its processes."""
