"""`lotkeeper init`: what the exchange says of an account, and a configuration file made from it."""
