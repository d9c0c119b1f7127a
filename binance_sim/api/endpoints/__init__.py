"""What each request does. `table.py` maps requests to these functions and gives their weights."""
