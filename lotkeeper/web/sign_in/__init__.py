"""How a browser signs in: a small page that asks for the token, and what it posts."""
