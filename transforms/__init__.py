"""Pure steps from page to event: same input, same output, and the clock is an argument."""
