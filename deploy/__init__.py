"""What runs the services: on one machine, in containers, in a cluster."""
