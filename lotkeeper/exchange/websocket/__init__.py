"""What keeps a websocket alive, and brings it back: pure rules, and the opening of one beside the actor's work."""
