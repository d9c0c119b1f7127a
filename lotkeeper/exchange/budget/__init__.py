"""How much we may ask of the exchange, and how much of it is spent. Pure: the time is a parameter."""
