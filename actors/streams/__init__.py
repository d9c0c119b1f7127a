"""What the stream actors share: permits to connect, connections, their renewal, and the reported state."""
