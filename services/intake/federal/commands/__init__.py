"""Use cases, one a file: uploading, importing and linking; figures that are reported."""
