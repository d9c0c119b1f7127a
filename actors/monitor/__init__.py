"""What the Monitor knows and how it is told, without an actor."""
