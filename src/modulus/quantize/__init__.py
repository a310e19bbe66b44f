"""From a float graph to an integer graph: scales, bit widths, rounding, and a report of the error."""
