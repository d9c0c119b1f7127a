"""Public data of a pair besides its book: trades, averages, candles and figures of time windows."""
