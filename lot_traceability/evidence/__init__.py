"""The record of what was done: a log that only grows, and the seals that prove it."""
