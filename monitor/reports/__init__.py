"""What leaves the program: CSV."""
