"""What each request does, by what it is about. `table.py` says which request that is, and what it weighs."""
