"""Parts of the Gateway that hold no actor: what its requests cost and teach, the questions that wait, the outcomes."""
