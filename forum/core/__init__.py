"""What everything stands on: database, wall, event log, jobs, mail, configuration, clock."""
