"""`lotkeeper doctor`: facts about this machine and the exchange, and what is wrong with them."""
