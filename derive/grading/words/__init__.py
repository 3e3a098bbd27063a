"""Words beside a formula: only those that are known to leave it as it is may stand there."""
