"""Server-sent events: what has changed, told to each open page as it happens."""
