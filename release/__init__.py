"""How a release is made: `make release VERSION=0.3.0`. The steps stand in `release/__main__.py`."""
