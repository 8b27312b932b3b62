"""The commands, one module for each kind; `monitor.cli` puts them together."""
