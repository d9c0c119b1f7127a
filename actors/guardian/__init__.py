"""The root: starts and supervises everything else, and answers the command line."""
