//! Schemas by Hedgehog release and the rules of its admission.
