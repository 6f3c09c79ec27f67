"""Inspection of a network: activations, filters, ablation, attribution, adversarial examples, embeddings."""
