"""The rules of the house as tests; each rule is also shown a sample that breaks it."""
