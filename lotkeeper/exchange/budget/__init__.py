"""What one address and one account may ask of the exchange, and what of it is spent. Pure: time is a parameter."""
