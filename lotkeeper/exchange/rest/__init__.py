"""REST requests and their answers."""
