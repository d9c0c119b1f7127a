"""`--state FILE`: accounts, keys, orders and trades survive the end of the process, however it ends."""
