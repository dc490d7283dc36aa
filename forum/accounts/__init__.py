"""People: who they are, how they come in and stay in, what others see of them."""
