"""The link to the exchange: many requests in flight, over the WebSocket API or by REST."""
