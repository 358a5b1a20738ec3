"""Conversions of lots: what has to be true before, and the stock that moves."""
