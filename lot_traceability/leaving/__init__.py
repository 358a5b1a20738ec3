"""What an addon of the family does before it is uninstalled."""

from .leave import leave

__all__ = ["leave"]
