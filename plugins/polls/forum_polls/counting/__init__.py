"""How votes are counted: pure functions from ballots to results, without database and pages."""
