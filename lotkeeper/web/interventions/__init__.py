"""What a person does from a page: shown first, then done, with the numbers and records of the commands."""
