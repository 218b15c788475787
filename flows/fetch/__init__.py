"""The only door to the network, and to folders of pages: what a source lists, as pages or as reasons why not."""
