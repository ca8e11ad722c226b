"""Signing: the archived sheet, and the scan of a signed paper."""
