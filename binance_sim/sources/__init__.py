"""Where prices come from: simulated walks and recorded captures, run against the clock."""
