"""People: users, login, sessions, profiles."""
