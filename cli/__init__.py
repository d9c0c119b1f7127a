"""The click commands, one group a file."""
