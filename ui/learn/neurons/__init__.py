"""Lesson 1: one neuron, a layer of neurons, and one step of learning."""
