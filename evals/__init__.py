"""Accuracy and speed as features: gold data of our own, measures, floors that may only rise, benchmarks."""
