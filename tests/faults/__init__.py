"""Power cuts, racing servers, failing databases: what was promised holds all the same."""
