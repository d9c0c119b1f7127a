"""The WebSocket API: requests and answers as JSON frames, sessions, and the accounts' events."""
