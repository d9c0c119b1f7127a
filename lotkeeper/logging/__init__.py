"""Log files, masks for secrets, and the set-up of logging."""
