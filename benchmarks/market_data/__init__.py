"""Market data: how many frames a second, how old a price is at its subscriber, how fast a level wakes."""
