"""What comes out of a scanner: how it is read, and what it books on a transfer."""
