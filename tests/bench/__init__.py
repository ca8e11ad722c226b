"""What things cost, as ratios measured in one run: ``make bench``. One file a subject; never an assertion in time."""
