"""The abstract interpreter: Python run with known, symbolic and unknown values."""
