"""The status of many services, on this host and over ssh."""
