"""The lesson on CNNs in the world: perturbations and the cost of computing."""
