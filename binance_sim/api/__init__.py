"""What can be asked of the exchange, whichever way it comes: parameters in, JSON out, and the checks in between."""
