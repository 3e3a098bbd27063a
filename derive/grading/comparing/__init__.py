"""The parts of derive.grading.compare: reading two texts, instances, proofs, and what follows."""
