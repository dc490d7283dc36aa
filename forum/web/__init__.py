"""HTTP: rendering, forms, errors, security headers; what every feature's views stand on."""
