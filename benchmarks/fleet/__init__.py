"""Services of one host and one address, with the budget broker and without it."""
