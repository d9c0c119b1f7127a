"""Parts of the pair keeper that hold no actor: what is still to be written down, what was asked, what is reported."""
