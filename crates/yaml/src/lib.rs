//! YAML as Kubernetes reads it, with byte spans and edits by splice.
