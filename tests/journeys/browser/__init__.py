"""What members and admins do on the demo federation, in a real browser on the real server."""
