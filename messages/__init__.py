"""What actors say to each other: frozen dataclasses, one file a conversation."""
