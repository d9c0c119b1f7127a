"""Which prices are believed, how old they are, and who is asked when a stream is in doubt."""
