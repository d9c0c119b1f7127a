"""Records that wait on this machine's disk while the database cannot be written."""
