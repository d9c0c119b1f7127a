"""`--state FILE`: accounts, keys, orders and trades outlive the process, however it ends."""
