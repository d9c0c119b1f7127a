"""The PriceBroadcaster: its actor, its subscribers, and its requests to the Gateway."""
