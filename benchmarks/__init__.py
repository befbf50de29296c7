"""Speed, as ratios measured in one run: absolute figures change with the machine, ratios tell the code."""
