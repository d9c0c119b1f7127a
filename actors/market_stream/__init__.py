"""One actor for each market stream."""
