"""The lesson on training and overfitting: loss, gradient descent, gradient noise, dropout, memorization."""
