"""The living demonstration: made-up people who arrive and talk through the real actions. Never run in production."""
