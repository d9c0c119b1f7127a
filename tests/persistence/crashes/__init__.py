"""A process that writes records is killed again and again: the database opens, agrees with itself, and has them all."""
