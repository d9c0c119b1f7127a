"""Which prices are believed, how old they are, who is asked when a stream is in doubt, and which levels they cross."""
