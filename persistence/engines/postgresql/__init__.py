"""PostgreSQL: a server, on this machine or another."""
