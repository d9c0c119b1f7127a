"""The command line: its options, how their values are read, what it starts."""
