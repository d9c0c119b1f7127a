"""Logging: the log files, the masks for secrets, and the set-up in each process."""
