"""What the page costs the browser: 100 pairs and 10,000 lots that change every second."""
