"""Where the time from a fill's event to its SELL on the wire goes, process by process."""
