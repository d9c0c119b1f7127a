"""Market streams: who listens to what, what is sent, and when."""
