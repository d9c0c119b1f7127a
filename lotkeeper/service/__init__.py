"""How the service starts: launcher, lease, key hand-over."""
