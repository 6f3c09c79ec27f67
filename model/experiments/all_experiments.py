"""Every guided experiment, in the order of the page."""

from model.experiments.activation import ACTIVATION
from model.experiments.cnn_or_dense import CNN_OR_DENSE
from model.experiments.learning_rate import LEARNING_RATE
from model.experiments.overfitting import OVERFITTING
from model.experiments.pooling import POOLING
from model.experiments.shuffled_labels import SHUFFLED_LABELS

EXPERIMENTS = (CNN_OR_DENSE, ACTIVATION, POOLING, OVERFITTING, LEARNING_RATE, SHUFFLED_LABELS)
