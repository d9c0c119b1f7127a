"""Pages that are whole in themselves: without the token no file of the page is served."""
