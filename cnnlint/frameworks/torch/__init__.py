"""PyTorch: `torch`, `torch.nn`, torchvision, einops and Lightning."""
