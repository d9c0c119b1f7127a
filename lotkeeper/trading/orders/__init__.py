"""Orders: states, client order ids and fills."""
