"""What the public sees of a pair beyond its book: trades, averages, candles and the figures of a window."""
