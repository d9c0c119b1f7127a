"""Market streams: listeners, payloads and times of sending."""
