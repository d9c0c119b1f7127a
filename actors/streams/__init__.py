"""The parts of a stream actor: its leave to connect, and its connections."""
