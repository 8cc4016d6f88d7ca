//! Plans: directories, ingestion, adoption.
