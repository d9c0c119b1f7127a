"""Requests over REST and the WebSocket API alike: parameters in, checks, JSON out."""
