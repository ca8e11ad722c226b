"""People who differ in nothing but what they have said, and what a request about each of them comes to."""
