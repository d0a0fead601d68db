"""The services of the installation and the chassis they stand on."""
