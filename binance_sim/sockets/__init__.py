"""WebSocket connections: frames, pings, lives and deaths. What they carry is no matter here."""
