"""WebSocket connections: opening, reading, liveness, and when to connect again."""
