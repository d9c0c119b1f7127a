"""The keeper of one pair: `actor.py` dispatches, `core.py` connects the collaborators, each of which has its file."""
