"""Files of lots: the table, its columns and cells, the dry run, and the job."""
