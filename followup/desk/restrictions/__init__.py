"""Restrictions and address grade: entering them, the leader's ruling, and what follows from both."""
