"""What `/metrics` answers: the status document and the running actors as Prometheus metrics."""
