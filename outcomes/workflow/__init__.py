"""Running notebooks: the papermill engine, batches and the command line."""
