"""What integrators read, made from the contract models and the services: schemas, AsyncAPI, OpenAPI."""
