"""Pages of evaluation rounds: steering (cycles), answering by personal link, results, review."""
