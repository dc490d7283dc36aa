"""What an operator types, from a clone to the first topic."""
