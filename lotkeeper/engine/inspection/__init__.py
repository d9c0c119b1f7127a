"""Looking into a running system from outside: what its actors do, and the messages about one thing."""
