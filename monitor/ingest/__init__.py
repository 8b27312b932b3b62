"""From the outside world to the live database: the only writer, the only network."""
