"""A story as one HTML page: what happened to orders and lots, and what was done, on one axis of time."""
