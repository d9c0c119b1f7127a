"""The WebSocket API: requests and answers as JSON frames, sessions, and events of accounts."""
