"""Pure functions: values in, values out; nothing here opens a file, a connection or a clock."""
