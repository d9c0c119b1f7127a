"""The documents that commands print with --json and the HTTP server answers, and the sentences that go with them."""
