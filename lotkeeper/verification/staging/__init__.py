"""The embedded exchange and the service against it, each a process of its own: for demonstration, drill and tests."""
