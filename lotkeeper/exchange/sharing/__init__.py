"""How the services of one address share what it may ask of the exchange: the rules, the broker, and its client."""
