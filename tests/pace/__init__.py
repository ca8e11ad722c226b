"""What makes the tests quick without making them see less. One idea a file."""
