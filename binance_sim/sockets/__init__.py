"""WebSocket connections: frames, pings, opening and closing, whatever they carry."""
