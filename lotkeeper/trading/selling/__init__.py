"""What is to be done about a lot, and at which price: decisions as values."""
