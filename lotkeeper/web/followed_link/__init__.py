"""What a person sees who comes by a link on another web site."""
