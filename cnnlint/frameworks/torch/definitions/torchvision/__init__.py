"""The models of torchvision in PyTorch's own words: read as text where the package itself is not at hand, never imported."""
