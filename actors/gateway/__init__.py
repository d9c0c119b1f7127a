"""The only sender of signed requests: orders first, then queries, within the limits of the exchange."""
