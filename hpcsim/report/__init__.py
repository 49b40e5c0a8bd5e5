"""Figures and pages: reads run folders, computes nothing."""
