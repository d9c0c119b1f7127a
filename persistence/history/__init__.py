"""What the command line reads of the past, from the database alone: also while no service runs. It only reads."""
