"""Market data: how many frames a second, and how old a price is at its subscriber."""
