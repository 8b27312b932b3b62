"""Media Monitor: what is written about the companies a team watches."""

__version__ = "0.1.0"
