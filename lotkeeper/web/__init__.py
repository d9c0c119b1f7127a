"""The HTTP server on this machine: health and metrics of the running service, asked for as the command line does."""
