"""A database with years of trading: what a page of its history and a start cost."""
