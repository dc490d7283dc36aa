"""Not there, as on a site: development tools bring it, and Mako loads what it finds.

On the path of the measured server only; 5 MB of each of its processes.
"""

raise ImportError("pygments is not installed where the forum runs")
