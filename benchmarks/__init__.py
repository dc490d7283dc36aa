"""What is fast and how fast: figures as JSON, each beside a floor measured in the same run."""
