"""The first day: what to set up, and what the rules would have said of past work."""
