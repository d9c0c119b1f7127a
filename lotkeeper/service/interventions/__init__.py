"""What a person has the service do: the plan that is shown first, and what is sent; the same for command and page."""
